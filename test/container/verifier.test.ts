import { describe, expect, it } from '@jest/globals';
import { Verifier, type VerifierOptions } from '../../src/container/verifier.js';
import { jobColumns, jobValues } from '../../src/repositories/sql/job-columns.js';
import { beginAudit } from '../../src/repositories/sql/begin-audit.js';
import { INVARIANTS } from '../../src/repositories/sql/invariants/invariants.js';
import { JobsAt } from '../support/jobs-at.js';
import { PIPELINE_HANDLERS, PIPELINES, tasks } from '../support/pipeline-tasks.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const unique = { key: 'u', scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;

const verify = (options: VerifierOptions = {}) =>
  new Verifier(rowlock.dataSource, rowlock.schema, { settleMs: 0, ...options }).verify();
const broken = async (): Promise<string[]> => (await verify()).map(({ invariant }) => invariant);

/** A job that runs under a lock key, one that waits for it, one that is available and has a unique key, and a run. */
async function arrange(): Promise<void> {
  await jobs.running({ lockKey: 'k' });
  await jobs.enqueue({ lockKey: 'k', queue: 'locked' });
  await jobs.claim({ queue: 'locked' });
  await jobs.enqueue({ unique });
  const starter = await rowlock.application({ handlers: PIPELINE_HANDLERS, pipelines: PIPELINES, work: false });
  await starter.jobs.start(tasks, { first: {}, each: [], last: {} });
}

/** Of each invariant, what breaks it; and whatever else is broken by that. */
const DAMAGES: readonly (readonly [invariant: string, damage: string, others?: readonly string[]])[] = [
  ['running-job-is-claimed', 'delete from $s.claim'],
  [
    'job-is-in-one-place',
    `insert into $s.job_waiting (${jobColumns}, state)
     select ${jobColumns}, 'pending' from $s.job where unique_key is not null`,
  ],
  [
    'job-is-in-one-place',
    `insert into $s.job_history (${jobColumns}, state, finished_at, prune_at)
     select ${jobColumns}, 'completed', now(), now() from $s.job where unique_key is not null`,
  ],
  ['tokens-are-drawn', `select setval('$s.fencing_token', 1)`],
  ['places-are-drawn', `select setval('$s.job_seq', 1)`],
  ['lock-has-its-job', 'update $s.lock set job_id = gen_random_uuid()', ['running-job-has-its-lock']],
  ['running-job-has-its-lock', `update $s.lock set job_id = null, expires_at = 'infinity'`],
  ['waiting-job-has-a-holder', 'delete from $s.lock', ['running-job-has-its-lock']],
  ['unique-key-has-its-job', 'delete from $s.job where unique_key is not null'],
  ['run-has-a-job', 'delete from $s.job where run_id is not null', ['step-counts-its-jobs']],
  [
    'finished-run-has-no-job',
    `update $s.pipeline_run set state = 'completed', finished_at = now(), prune_at = now()`,
    ['step-agrees-with-its-run'],
  ],
  ['job-of-a-step-has-a-run', 'delete from $s.pipeline_run', ['step-has-a-run']],
  [
    'step-has-a-run',
    `insert into $s.pipeline_item (run_id, step, finish_order, item, state, finished_at)
     select id, 'nowhere', 1, 0, 'completed', now() from $s.pipeline_run`,
  ],
  [
    'backlog-has-a-job',
    `with gone as (delete from $s.job where run_id is not null returning run_id, step),
     waiting as (
       insert into $s.job_waiting (${jobColumns}, state, run_at)
       select ${jobValues('j', { step: `'another'` })}, 'scheduled', now() from $s.job j where run_id is not null
     ),
     others as (
       insert into $s.pipeline_step (run_id, step, position, kind, state, total, remaining, started_at)
       select run_id, 'another', 9, 'one', 'running', 1, 1, now() from gone
     )
     insert into $s.pipeline_backlog (run_id, step, item, job) select run_id, step, 0, '{}' from gone`,
  ],
  ['step-counts-its-jobs', 'update $s.pipeline_step set total = 2, remaining = 2'],
  ['step-counts-its-undo-jobs', `update $s.pipeline_step set undo = '{}', undoable = 1, undo_remaining = 1`],
  ['fan-out-counts-its-items', `update $s.pipeline_step set kind = 'each', total = 2`],
  [
    'items-are-in-order',
    `with s as (update $s.pipeline_step set kind = 'each', total = 2 returning run_id, step)
     insert into $s.pipeline_item (run_id, step, finish_order, item, state, finished_at)
     select run_id, step, 2, 0, 'completed', now() from s`,
  ],
  ['step-counts-its-undoable', 'update $s.pipeline_step set undoable = 1'],
  ['step-end-is-recorded', 'update $s.pipeline_step set finished_at = now()'],
  ['step-agrees-with-its-run', `update $s.pipeline_step set state = 'failed'`],
  [
    'step-begins-once',
    `insert into $s.job (${jobColumns})
     select ${jobValues('j', { id: 'gen_random_uuid()' })} from $s.job j where run_id is not null`,
    ['step-counts-its-jobs'],
  ],
  [
    'answered-step-does-not-wait',
    `with gone as (delete from $s.job where run_id is not null returning *),
     suspended as (
       insert into $s.job_waiting (${jobColumns}, state, run_at)
       select ${jobValues('g', { meta: `'{"waitsFor": "first"}'` })}, 'scheduled', now() + interval '1 day' from gone g
       returning run_id, step
     )
     insert into $s.pipeline_wait (run_id, step, kind, outcome, answered_at)
     select run_id, step, 'signal', 'answered', now() from suspended`,
  ],
  [
    'wait-has-a-run',
    `insert into $s.pipeline_wait (run_id, step, kind, outcome, answered_at)
     values (gen_random_uuid(), 'first', 'signal', 'answered', now())`,
  ],
];

describe('the invariants', () => {
  it('hold of jobs in any state', async () => {
    await arrange();
    for (const state of ['scheduled', 'retryable', 'completed', 'cancelled', 'discarded'] as const)
      await jobs.inState(state, { unique: { ...unique, key: state } });
    expect(await verify()).toEqual([]);
  });

  it.each(DAMAGES)('%s is broken by %s', async (invariant, damage, others = []) => {
    await arrange();
    const sequences = await rowlock.query<{ token: string; seq: string }>(
      'select t.last_value::text as token, j.last_value::text as seq from $s.fencing_token t, $s.job_seq j',
    );
    await rowlock.query(damage);
    const found = await broken();
    const [{ token, seq } = { token: '1', seq: '1' }] = sequences;
    await rowlock.query(`select setval('$s.fencing_token', $1), setval('$s.job_seq', $2)`, [token, seq]);
    expect(found.toSorted()).toEqual([invariant, ...others].toSorted());
  });

  it('are each broken by one of these', () => {
    const damaged = new Set(DAMAGES.map(([invariant]) => invariant));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !damaged.has(name))).toEqual([]);
  });
});

describe('a verification', () => {
  it('names the first of those that it finds, and says how many there are', async () => {
    const ids = await Promise.all([1, 2, 3].map((n) => jobs.enqueue({ unique: { ...unique, key: `u${n}` } })));
    await rowlock.query('delete from $s.job');
    expect(await verify({ limit: 2 })).toEqual([
      {
        invariant: 'unique-key-has-its-job',
        meaning: expect.stringContaining('unique key'),
        total: 3,
        violations: ['u1', 'u2'].map((id, at) => ({
          id,
          problem: `the unique key of greet is taken by job ${ids[at]}, which is over`,
        })),
      },
    ]);
  });

  it('leaves out what was mended meanwhile, if the sweep of a worker mends such a thing', async () => {
    const waiter = await jobs.inState('pending', { lockKey: 'k' });
    await rowlock.query(`update $s.job set lock_key = null`);
    await rowlock.query('delete from $s.lock');
    const held = await rowlock.begin();
    await held.manager.query(`lock table ${rowlock.schema}.pipeline_item in access exclusive mode`);
    const verifying = verify();
    await rowlock.blocked(); // its first look has taken its snapshot
    await rowlock.query(
      `insert into $s.lock (key, holder, acquired_at, expires_at) values ('k', 'me', now(), now() + interval '1 day')`,
    );
    await held.commit();
    expect(await verifying).toEqual([]);
    await rowlock.query('delete from $s.lock');
    expect(await verify()).toMatchObject([
      { invariant: 'waiting-job-has-a-holder', total: 1, violations: [{ id: waiter }] },
    ]);
  });

  it('says which invariant it could not check in time', async () => {
    const held = await rowlock.begin();
    await held.manager.query(`lock table ${rowlock.schema}.unique_key in access exclusive mode`);
    await expect(verify({ statementTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'VERIFICATION_TIMEOUT',
      message: expect.stringContaining('unique-key-has-its-job took longer than 100 ms'),
    });
  });

  it('can write nothing', async () => {
    const transaction = await rowlock.begin();
    await transaction.on.run(beginAudit, ['1000']);
    await expect(transaction.manager.query(`delete from ${rowlock.schema}.job`)).rejects.toMatchObject({
      driverError: { code: '25006' },
    });
  });

  it('refuses a schema that is not ours', async () => {
    await expect(new Verifier(rowlock.dataSource, 'nobody').verify()).rejects.toMatchObject({ code: 'SCHEMA_VERSION' });
  });
});
