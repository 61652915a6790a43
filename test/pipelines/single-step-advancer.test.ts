import { beforeEach, describe, expect, it } from '@jest/globals';
import { Allow, IsInt } from 'class-validator';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Attempt } from '../../src/engine/attempt.js';
import type { EndingOf } from '../../src/engine/ending.js';
import type { HandedJob, JobTaker } from '../../src/engine/job-taker.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { runnerOf } from '../../src/repositories/session.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, usePipelineBench } from '../support/pipeline-bench.js';

class Size {
  @IsInt() n!: number;
}

class Undo {
  @Allow() result!: unknown;
}

const same = ({ n }: Size): Size => ({ n });
const First = defineHandler({ name: 'first', payload: Size, handle: same });
const Second = defineHandler({ name: 'second', payload: Size, timeout: '5s', priority: 3, handle: same });
const Third = defineHandler({ name: 'third', payload: Size, queue: 'other', handle: same });
const Locked = defineHandler({ name: 'locked', payload: Size, lock: 'one-at-a-time', handle: same });
const Remove = defineHandler({ name: 'remove', payload: Undo, handle: () => undefined });

const line = pipeline('line', { input: Size })
  .step('first', First)
  .step('second', Second, ({ first }) => ({ n: first.n + 1 }))
  .step('third', Third, ({ second, input }) => ({ n: second.n + input.n }))
  .build();

const long = (name: string) => pipeline(name, { input: Size }).step('first', First);
/** Each needs the long way after its first step. */
const others = [
  long('fan-out')
    .each('work', Second, ({ first }) => [first, first])
    .build(),
  long('lock')
    .step('locked', Locked, ({ first }) => first)
    .build(),
  pipeline('undo', { input: Size })
    .step('first', First, ({ input }) => input, { undo: Remove })
    .step('second', Second, ({ first }) => first)
    .build(),
  long('condition')
    .step('second', Second, ({ first }) => first, { when: ({ first }) => first.n > 0 })
    .build(),
  long('two-follow')
    .step('second', Second, ({ first }) => first, { after: ['first'] })
    .step('third', Third, ({ first }) => first, { after: ['first'] })
    .build(),
  long('join')
    .step('other', Third, ({ input }) => input, { after: [] })
    .step('second', Second, ({ first }) => first, { after: ['first', 'other'] })
    .build(),
  long('two-ends')
    .step('other', Third, ({ input }) => input, { after: [] })
    .build(),
  long('unseen')
    .step('other', Third, ({ input }) => input, { after: [] })
    .step('second', Second, (results) => ({ n: (results as { other?: Size }).other?.n ?? 0 }), { after: ['first'] })
    .build(),
  long('all-results')
    .step('second', Second, (results) => ({ n: Object.keys(results).length }))
    .build(),
  long('no-number')
    .step('second', Second, ({ first }) => ({ n: first.n / 2 }))
    .build(),
  long('throws')
    .step('second', Second, ({ first }) => {
      if (first.n > 0) throw new Error('not so many');
      return first;
    })
    .build(),
];

const branches = pipeline('branches', { input: Size })
  .step('first', First)
  .step('other', Third, ({ first }) => ({ n: first.n * 10 }), { after: ['first'] })
  .step('third', Third, ({ first }) => ({ n: first.n + 1 }), { after: ['first'] })
  .step('fourth', Second, ({ third, first }) => ({ n: third.n + first.n }))
  .step('fifth', Second, ({ fourth, other }) => ({ n: fourth.n + other.n }), { after: ['fourth', 'other'] })
  .build();

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(line, branches, ...others);
});

type Completed = EndingOf<'complete'>;

const end = (attempt: Attempt | undefined, result: unknown = { n: 1 }): Completed => {
  if (!attempt) throw new Error('nothing was claimed');
  return { attempt, outcome: completed(result) as Completed['outcome'] };
};

/** Of the worker whose attempts these are; it has room for so many jobs. */
class Taker implements JobTaker {
  readonly defaultTimeoutMs = 60_000;
  readonly slackMs = 1_000;
  readonly taken: HandedJob[] = [];
  reserved = 0;

  constructor(
    readonly workerId: string,
    private readonly room: number,
  ) {}

  reserve(): boolean {
    if (this.reserved >= this.room) return false;
    this.reserved++;
    return true;
  }

  take(jobs: readonly HandedJob[], reserved: number): void {
    this.reserved -= reserved;
    this.taken.push(...jobs);
  }
}

const takerOf = (attempt: Attempt | undefined, room = 10): Taker => new Taker(attempt?.workerId ?? '', room);

const advance = (endings: readonly Completed[], taker: JobTaker | null = null) =>
  node.orchestrator.advance(runnerOf(bench.database, bench.dataSource.manager), endings, taker);

/** A started run, with the attempt of its first step. */
async function started(
  definition: PipelineDefinition<Size> = line,
  options = {},
): Promise<{ run: RunHandle<unknown>; attempt: Attempt; others: readonly Attempt[] }> {
  const run = await node.pipelines.start(definition, { n: 1 }, options);
  const [attempt, ...others] = await node.claim();
  if (!attempt) throw new Error('nothing was claimed');
  return { run, attempt, others };
}

const jobsOf = (runId: string) =>
  bench.query<Record<string, unknown>>(
    `select id, name, state, step, queue, priority, payload, attempt, result, tags, owner, tenant, token::text, worker_id
     from $s.jobs where run_id = $1 order by seq`,
    [runId],
  );

const outputs = async () =>
  (await bench.query<{ output: unknown }>(`select output from $s.pipeline_run where state = 'completed'`)).map(
    (run) => run.output,
  );

const stepsOf = (runId: string) =>
  bench.query(`select step, state, result from $s.pipeline_step where run_id = $1 order by position`, [runId]);

describe('a single step that is completed', () => {
  it('begins the one that follows, which waits in its queue if nobody takes it', async () => {
    const { run, attempt } = await started();
    const ending = end(attempt);
    expect(await advance([ending])).toEqual([ending]);
    expect(await jobsOf(run.id)).toMatchObject([
      { name: 'first', state: 'completed', result: { n: 1 } },
      { name: 'second', state: 'available', step: 'second', priority: 3, payload: { n: 2 }, attempt: 0, token: null },
    ]);
    expect(await stepsOf(run.id)).toEqual([
      { step: 'first', state: 'completed', result: { n: 1 } },
      { step: 'second', state: 'running', result: null },
    ]);
    await node.check();
  });

  it('hands the next job to the worker that has room for it, as a claim would have', async () => {
    const { run, attempt } = await started(line, { tags: ['a', 'b'], priority: 7 });
    await bench.query(`update $s.job set owner = 'ada', tenant = 'acme'`);
    const taker = takerOf(attempt);
    await advance([end(attempt)], taker);
    const [, job] = await jobsOf(run.id);
    const [taken] = taker.taken;
    expect(taken?.payload).toEqual(Object.assign(new Size(), { n: 2 }));
    expect(taken?.row).toMatchObject({ ...pick(job), timeoutMs: 5_000, runId: run.id, payload: { n: 2 }, attempt: 1 });
    expect(job).toMatchObject({ state: 'running', tags: ['a', 'b'], owner: 'ada', tenant: 'acme', priority: 7 });
    expect(Number(taken?.row.token)).toBeGreaterThan(Number(attempt.token));
    expect(await bench.query('select token::text, worker_id, job_ids from $s.claim order by token')).toEqual([
      { token: attempt.token, worker_id: attempt.workerId, job_ids: [attempt.id] },
      { token: taken?.row.token, worker_id: attempt.workerId, job_ids: [taken?.row.id] },
    ]);
    expect(taker.reserved).toBe(0);
  });

  it('ends the run if none follows', async () => {
    const { run, attempt } = await started();
    const taker = takerOf(attempt);
    let ending = end(attempt);
    for (const n of [2, 3]) {
      await advance([ending], taker);
      if (taker.taken.length < n - 1) await node.settle([ending]); // the first reader of `input` takes the long way
      const [next] = taker.taken.length < n - 1 ? await node.claim() : [attemptOf(taker)];
      ending = end(next, { n });
    }
    expect(await advance([ending], taker)).toEqual([ending]);
    expect(await outputs()).toEqual([{ n: 3 }]);
    expect(node.events).toEqual([`run.complete ${run.id}`]);
  });

  it('is one of many that one statement stores, each with what follows from it', async () => {
    const runs = [];
    for (let n = 0; n < 5; n++) runs.push(await node.pipelines.start(line, { n }));
    const attempts = await node.claim();
    const taker = takerOf(attempts[0], 2);
    const endings = attempts.map((attempt, n) => end(attempt, { n }));
    expect(new Set(await advance(endings, taker))).toEqual(new Set(endings));
    expect(taker.taken).toHaveLength(2);
    expect(taker.taken.map(({ row }) => row.payload)).toEqual(taker.taken.map(({ payload }) => ({ ...payload })));
    const next = await bench.query<{ state: string; n: number }>(
      `select j.state, (j.payload ->> 'n')::int - (h.result ->> 'n')::int as n from $s.jobs j
       join $s.job_history h on h.run_id = j.run_id where j.step = 'second' order by 1`,
    );
    expect(next).toEqual([...each(3, { state: 'available', n: 1 }), ...each(2, { state: 'running', n: 1 })]);
  });
});

describe('a step of a branch that is completed', () => {
  it('begins the one that follows whatever the other branch does, and the join is the long way’s', async () => {
    const run = await node.pipelines.start(branches, { n: 1 });
    await node.turn();
    const [other, third] = (await node.claim()).sort((a, b) => (String(a.row.step) < String(b.row.step) ? -1 : 1));
    expect([other?.row.step, third?.row.step]).toEqual(['other', 'third']);
    const taker = takerOf(third);
    expect(await advance([end(third, { n: 2 }), end(other, { n: 10 })], taker)).toEqual([end(third, { n: 2 })]);
    expect(taker.taken.map(({ row }) => [row.step, row.payload])).toEqual([['fourth', { n: 3 }]]);
    const fourth = end(attemptOf(taker), { n: 3 });
    expect(await advance([fourth, end(other, { n: 10 })], taker)).toEqual([]);
    await node.settle([fourth, end(other, { n: 10 })]);
    const [fifth] = await node.claim();
    expect(await advance([end(fifth, { n: 13 })], taker)).toEqual([end(fifth, { n: 13 })]);
    await expect(run.result()).resolves.toEqual({ n: 13 });
  });
});

describe('a job that follows is not handed over', () => {
  const expectWaiting = async (taker: Taker, run: RunHandle<unknown>) => {
    expect(taker.taken).toEqual([]);
    expect((await jobsOf(run.id)).at(-1)).toMatchObject({ state: 'available', token: null, worker_id: null });
    expect(taker.reserved).toBe(0);
  };

  it('out of a queue that is paused', async () => {
    const { run, attempt } = await started();
    await bench.query(`insert into $s.queue (name, paused_at) values ('default', now())`);
    const taker = takerOf(attempt);
    await advance([end(attempt)], taker);
    await expectWaiting(taker, run);
  });

  it('to a worker whose lease has run out', async () => {
    const { run, attempt } = await started();
    await bench.query(`update $s.worker set heartbeat_at = now() - interval '1 day'`);
    const taker = takerOf(attempt);
    await advance([end(attempt)], taker);
    await expectWaiting(taker, run);
  });
});

describe('the long way is left', () => {
  it.each(others.map((definition) => [definition.name, definition] as const))(
    'what needs it, untouched: %s',
    async (_, definition) => {
      const { run, attempt, others } = await started(definition);
      const taker = takerOf(attempt);
      expect(await advance([end(attempt)], taker)).toEqual([]);
      const untouched = [attempt, ...others].map(() => 'running');
      expect((await jobsOf(run.id)).map(({ state }) => state)).toEqual(untouched);
      await node.settle([attempt, ...others].map((each) => end(each)));
      await node.drain();
      expect((await run.status()).state).toMatch(/completed|failed/);
    },
  );

  it('an attempt that belongs to somebody else by now', async () => {
    const { run, attempt } = await started();
    await bench.query(`update $s.job set token = token + 100`);
    const taker = takerOf(attempt);
    expect(await advance([end(attempt)], taker)).toEqual([]);
    expect(await jobsOf(run.id)).toHaveLength(1);
    expect(taker).toMatchObject({ taken: [], reserved: 0 });
    await bench.query(`update $s.job set token = token - 100`); // as no claim of it says
  });

  it('a run that is being stopped, while others of the batch go on', async () => {
    const { run, attempt } = await started();
    const { run: other, attempt: otherAttempt } = await started();
    await run.cancel('enough');
    const kept = end(otherAttempt);
    expect(await advance([end(attempt), kept])).toEqual([kept]);
    expect(await jobsOf(other.id)).toHaveLength(2);
    await node.settle([end(attempt)]);
    expect((await run.status()).state).toBe('cancelled');
  });

  it('a callback that reads what this process does not know', async () => {
    const stranger = bench.node(line);
    for (let n = 0; n < 2; n++) await stranger.pipelines.start(line, { n: 1 });
    await stranger.turn();
    const seconds = await node.claim();
    expect(seconds.map(({ row }) => row.step)).toEqual(['second', 'second']);
    expect(await advance(seconds.map((attempt) => end(attempt)))).toEqual([]);
    await node.settle(seconds.map((attempt) => end(attempt)));
    await node.drain();
    expect(await outputs()).toEqual([{ n: 2 }, { n: 2 }]);
  });
});

describe('a finish and a stop that meet', () => {
  it('stop first: the finish sees it when its turn comes, and is left', async () => {
    const { run, attempt } = await started();
    const stop = bench.dataSource.createQueryRunner();
    await stop.startTransaction('READ COMMITTED');
    await stop.query(
      `update ${bench.schema}.pipeline_run set state = 'stopping', ends_as = 'cancelled' where id = $1`,
      [run.id],
    );
    const finish = advance([end(attempt)], takerOf(attempt));
    await bench.blocked(1);
    await stop.commitTransaction();
    await stop.release();
    expect(await finish).toEqual([]);
    expect(await stepsOf(run.id)).toEqual([{ step: 'first', state: 'running', result: null }]);
    await node.settle([end(attempt)]);
    expect((await run.status()).state).toBe('cancelled');
  });

  it('finish first: the stop finds the job that follows', async () => {
    const { run, attempt } = await started();
    const finish = bench.dataSource.createQueryRunner();
    await finish.startTransaction('READ COMMITTED');
    await node.orchestrator.advance(runnerOf(bench.database, finish.manager), [end(attempt)], null);
    const stop = run.cancel('enough');
    await bench.blocked(1);
    await finish.commitTransaction();
    await finish.release();
    await stop;
    expect((await jobsOf(run.id)).map(({ state }) => state)).toEqual(['completed', 'cancelled']);
    expect((await run.status()).state).toBe('cancelled');
  });
});

const each = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

function pick(job: Record<string, unknown> | undefined): object {
  const { id, name, queue, priority, step, tags, token } = job ?? {};
  return { id, name, queue, priority, step, tags, token };
}

/** The attempt of the job that was handed over last. */
function attemptOf(taker: Taker): Attempt {
  const { row } = taker.taken.at(-1) ?? {};
  if (!row) throw new Error('nothing was handed over');
  return node.attempt(row, taker.workerId);
}
