import { describe, expect, it } from '@jest/globals';
import { sqlFailure } from '../../../src/repositories/sql-errors.js';
import { ending, JobsAt, newJob } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const ids = (attempts: readonly { readonly id: string }[]): string[] => attempts.map(({ id }) => id);
const batchRows = (): Promise<readonly { token: string; job_ids: string[] }[]> =>
  rowlock.query('select token::text, job_ids from $s.claim order by token');

describe('what a claim writes', () => {
  it('counts the attempt, and names the worker, the token and the deadline', async () => {
    const id = await jobs.enqueue({ timeoutMs: 5_000 });
    const [attempt] = await jobs.claim({ slackMs: 1_000 });
    const job = await jobs.get(id);
    expect(job).toMatchObject({ state: 'running', attempt: 1, token: attempt?.token, worker_id: attempt?.workerId });
    const allowed = await rowlock.value<number>(
      'select extract(epoch from deadline_at - claimed_at)::float8 from $s.job where id = $1',
      [id],
    );
    expect(allowed).toBe(6);
  });

  it("gives a job without a timeout its worker's", async () => {
    await jobs.enqueue();
    const [attempt] = await jobs.claim({ defaultTimeoutMs: 1_234 });
    expect(attempt?.row.timeoutMs).toBe(1_234);
  });

  it('writes one row for the whole batch, due at its earliest deadline', async () => {
    const first = await jobs.enqueue({ timeoutMs: 9_000 });
    const second = await jobs.enqueue({ timeoutMs: 2_000 });
    const [attempt] = await jobs.claim();
    const [batch] = await batchRows();
    expect(batch?.token).toBe(attempt?.token);
    expect(batch?.job_ids.toSorted()).toEqual([first, second].toSorted());
    expect(await rowlock.value('select extract(epoch from deadline_at - claimed_at)::int from $s.claim')).toBe(2);
  });

  it('gives each batch a larger token than all before', async () => {
    const first = await jobs.running();
    const second = await jobs.running();
    expect(BigInt(second.token)).toBeGreaterThan(BigInt(first.token));
  });

  it('removes the rows of batches that its worker has finished', async () => {
    const done = await jobs.running();
    await rowlock.engine.complete(rowlock.on, [ending(done, { verb: 'complete', result: '1' })]);
    const next = await jobs.running({}, { workerId: done.workerId, emptied: [done.token] });
    expect((await batchRows()).map(({ token }) => token)).toEqual([next.token]);
  });

  it('frees a unique key that is taken while its job is queued, and no other', async () => {
    const unique = { key: 'k', periodMs: null, onConflict: 'reject' } as const;
    await jobs.enqueue({ unique: { ...unique, key: 'queued', scope: 'queued' } });
    await jobs.enqueue({ unique: { ...unique, key: 'unfinished', scope: 'unfinished' } });
    await jobs.enqueue({ unique: { ...unique, key: 'period', scope: 'period', periodMs: 60_000 } });
    await jobs.claim();
    const left = await rowlock.query<{ key: string }>('select key from $s.unique_key order by key');
    expect(left.map(({ key }) => key)).toEqual(['period', 'unfinished']);
  });
});

describe('what is claimed', () => {
  it('takes the first priority first, and within it what was enqueued first', async () => {
    const expected: string[] = [];
    for (const priority of [9, 0, 5]) for (let n = 0; n < 12; n++) expected.push(await jobs.enqueue({ priority }));
    const inOrder = [...expected.slice(12, 24), ...expected.slice(24), ...expected.slice(0, 12)];
    expect(ids(await jobs.claim())).toEqual(inOrder);
  });

  it('takes no more than asked for, and no more of a queue than it has room for', async () => {
    const floors = new Array<number>(10).fill(0);
    for (let n = 0; n < 6; n++) for (const queue of ['a', 'b']) await jobs.enqueue({ queue });
    const queues = [
      { name: 'a', room: 2, floors },
      { name: 'b', room: 9, floors },
    ];
    const claimed = await jobs.claim({ queues, limit: 5 });
    const count = (queue: string): number => claimed.filter(({ row }) => row.queue === queue).length;
    expect([count('a'), count('b')]).toEqual([2, 3]);
  });

  it('leaves jobs of a type that the worker does not know, and steps of a pipeline that it does not know', async () => {
    const unknown = await jobs.enqueue({ name: 'other' });
    const run = { id: newJob().id, pipeline: 'ingest@1', step: 'page', item: null };
    const step = await jobs.enqueue({ run });
    expect(await jobs.claim()).toEqual([]);
    expect(ids(await jobs.claim({ pipelines: ['ingest@1'], names: ['greet', 'other'] }))).toEqual([unknown, step]);
  });

  it('leaves the jobs of a paused queue', async () => {
    const id = await jobs.enqueue();
    await rowlock.query(`insert into $s.queue (name, paused_at) values ('default', now())`);
    expect(await jobs.claim()).toEqual([]);
    await rowlock.query('update $s.queue set paused_at = null');
    expect(ids(await jobs.claim())).toEqual([id]);
  });

  it('finds what lies behind the floor only where it is told to look', async () => {
    const [behind, beyond] = [await jobs.enqueue(), await jobs.enqueue()];
    const [from, to] = [Number((await jobs.get(behind)).seq), Number((await jobs.get(beyond)).seq)];
    const queues = [{ name: 'default', room: 1, floors: new Array<number>(10).fill(to) }];
    expect(ids(await jobs.claim({ queues }))).toEqual([beyond]);
    expect(await jobs.claim({ queues, behind: { from: 0, to: from } })).toEqual([]);
    expect(ids(await jobs.claim({ queues, behind: { from, to } }))).toEqual([behind]);
  });
});

describe('who may claim', () => {
  it('gives nothing to a worker whose lease has run out', async () => {
    const id = await jobs.enqueue();
    const workerId = await jobs.worker(1_000);
    await rowlock.moveClock(1_001);
    expect(await jobs.claim({ workerId })).toEqual([]);
    expect((await jobs.get(id)).state).toBe('available');
  });

  it('fails for a worker that was removed while it claimed, and takes nothing', async () => {
    const id = await jobs.enqueue();
    const workerId = await jobs.worker();
    const removal = await rowlock.begin();
    await removal.manager.query(`delete from ${rowlock.schema}.worker`);
    const claim = jobs.claim({ workerId }).catch((error: unknown) => sqlFailure(error));
    await rowlock.blocked();
    await removal.commit();
    expect(await claim).toBe('worker-removed');
    expect(await jobs.get(id)).toMatchObject({ state: 'available', attempt: 0 });
  });
});

describe('two claims', () => {
  it('F-13 skip what the other holds, and never wait', async () => {
    const [first, second] = [await jobs.enqueue(), await jobs.enqueue()];
    const open = await rowlock.begin();
    expect(ids(await jobs.claim({ limit: 1 }, open.on))).toEqual([first]);
    expect(ids(await jobs.claim())).toEqual([second]);
    await open.commit();
    expect(await jobs.claim()).toEqual([]);
  });

  it('leave what the other gave back when it was rolled back', async () => {
    const id = await jobs.enqueue();
    const open = await rowlock.begin();
    await jobs.claim({}, open.on);
    await open.rollback();
    expect(ids(await jobs.claim())).toEqual([id]);
    expect((await jobs.get(id)).attempt).toBe(1);
  });

  it('never take the same job, however many run at once', async () => {
    await rowlock.engine.enqueue(rowlock.on, Array.from({ length: 300 }, () => newJob()), false); // prettier-ignore
    const claims = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const workerId = await jobs.worker();
        const taken: string[] = [];
        for (;;) {
          const batch = ids(await jobs.claim({ workerId, limit: 7 }));
          if (batch.length === 0) return taken;
          taken.push(...batch);
        }
      }),
    );
    expect(new Set(claims.flat()).size).toBe(300);
    expect(claims.flat()).toHaveLength(300);
  });
});
