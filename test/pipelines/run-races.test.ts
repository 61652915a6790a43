import { beforeEach, describe, expect, it } from '@jest/globals';
import { Allow, IsInt } from 'class-validator';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Attempt } from '../../src/engine/attempt.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { runnerOf } from '../../src/repositories/session.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Size {
  @IsInt() items!: number;
}

class Item {
  @IsInt() n!: number;
}

class Undo {
  @Allow() result!: unknown;
}

const Split = defineHandler({ name: 'split', payload: Size, handle: () => undefined });
const Work = defineHandler({ name: 'work', payload: Item, lock: 'one-at-a-time', handle: () => undefined });
const Free = defineHandler({ name: 'free', payload: Item, handle: () => undefined });
const Join = defineHandler({ name: 'join', payload: Size, handle: () => undefined });
const Remove = defineHandler({ name: 'remove', payload: Undo, handle: () => undefined });

const fan = pipeline('fan', { input: Size })
  .step('split', Split, ({ input }) => input, { undo: Remove })
  .each('work', Free, ({ input }) => Array.from({ length: input.items }, (_, n) => ({ n })))
  .step('join', Join, ({ input }) => input)
  .build();

const locked = pipeline('locked', { input: Size })
  .each('work', Work, ({ input }) => Array.from({ length: input.items }, (_, n) => ({ n })))
  .build();

const Count = defineHandler({ name: 'count', payload: Size, handle: () => ({ n: 0 }) });
const Check = defineHandler({ name: 'check', payload: Size, handle: () => undefined });

const line = pipeline('line', { input: Size })
  .step('count', Count)
  .step('check', Check, ({ input }) => input)
  .step('work', Free, ({ count }) => count)
  .build();

const bench = usePipelineBench();
let [one, two]: PipelineNode[] = [];
beforeEach(() => {
  [one, two] = [bench.node(fan, locked, line), bench.node(fan, locked, line)];
});

const nodes = (): { one: PipelineNode; two: PipelineNode } => {
  if (!one || !two) throw new Error('no nodes');
  return { one, two };
};

/** A run whose fan-out is under way, with an attempt for each item. */
async function fannedOut(items: number): Promise<{ run: RunHandle; attempts: Attempt[] }> {
  const { one } = nodes();
  const run = await one.pipelines.start(fan, { items });
  await one.turn(() => completed());
  return { run, attempts: await one.claim() };
}

const end = (attempt: Attempt | undefined, outcome = completed()) => {
  if (!attempt) throw new Error('nothing was claimed');
  return [{ attempt, outcome }];
};

const joinsOf = (runId: string) =>
  bench.query<{ id: string }>(`select id from $s.jobs where run_id = $1 and step = 'join'`, [runId]);

describe('a result that was rolled back', () => {
  it('is forgotten by the worker that had it, when another has stored one', async () => {
    const { one, two } = nodes();
    const run = await one.pipelines.start(line, { items: 1 });
    const [count] = await one.claim();
    const lost = await one.hold(end(count, completed({ n: 1 })));
    await lost.rollback();
    await two.settle(end(count, completed({ n: 2 })));
    const [check] = await one.claim();
    await one.settle(end(check));
    const jobs = await bench.query(`select payload from $s.jobs where run_id = $1 and step = 'work'`, [run.id]);
    expect(jobs).toEqual([{ payload: { n: 2 } }]);
  });
});

describe('two items that end at once', () => {
  it('F-36 join once, though neither sees the other end before it ends itself', async () => {
    const { one, two } = nodes();
    const { run, attempts } = await fannedOut(2);
    const first = await one.hold(end(attempts[0]));
    const second = two.settle(end(attempts[1]));
    await bench.blocked(1);
    await first.commit();
    await second;
    expect(await joinsOf(run.id)).toHaveLength(1);
  });

  it('join when the one that came first is rolled back and ends again', async () => {
    const { one, two } = nodes();
    const { run, attempts } = await fannedOut(2);
    const first = await one.hold(end(attempts[0]));
    const second = two.settle(end(attempts[1]));
    await bench.blocked(1);
    await first.rollback();
    await second;
    expect(await joinsOf(run.id)).toEqual([]);
    await one.settle(end(attempts[0]));
    expect(await joinsOf(run.id)).toHaveLength(1);
  });

  it('join once for each of many runs, whose items end in groups on three workers', async () => {
    const { one, two } = nodes();
    const three = bench.node(fan);
    const runs = await Promise.all(Array.from({ length: 20 }, () => one.pipelines.start(fan, { items: 6 })));
    await one.turn(() => completed());
    const attempts = shuffled(await one.claim(), 7);
    expect(attempts).toHaveLength(120);
    const groups = Array.from({ length: 24 }, (_, at) => attempts.slice(at * 5, at * 5 + 5));
    await Promise.all(
      [one, two, three].map(async (node, index) => {
        for (const group of groups.filter((_, at) => at % 3 === index)) {
          await node.settle(group.map((attempt) => ({ attempt, outcome: completed() })));
        }
      }),
    );
    for (const { id } of runs) expect(await joinsOf(id)).toHaveLength(1);
    await one.drain(() => completed('joined'));
    for (const run of runs) await expect(run.result()).resolves.toBe('joined');
  });
});

describe('an item that ends while another fails', () => {
  it('is only recorded if the failure comes first', async () => {
    const { one, two } = nodes();
    const { run, attempts } = await fannedOut(2);
    const failure = await one.hold(end(attempts[0], discarded('no')));
    const success = two.settle(end(attempts[1]));
    await bench.blocked(1);
    await failure.commit();
    await success;
    expect(await joinsOf(run.id)).toEqual([]);
    await one.drain(() => completed());
    expect(await run.status()).toMatchObject({
      state: 'failed',
      steps: [{ undo: 'completed' }, { done: 2, failed: 1 }],
    });
  });

  it('has been counted if it came first, and the run fails all the same', async () => {
    const { one, two } = nodes();
    const { run, attempts } = await fannedOut(2);
    const success = await one.hold(end(attempts[0]));
    const failure = two.settle(end(attempts[1], discarded('no')));
    await bench.blocked(1);
    await success.commit();
    await failure;
    await one.drain(() => completed());
    expect(await run.status()).toMatchObject({
      state: 'failed',
      steps: [{ undo: 'completed' }, { done: 2, failed: 1 }],
    });
  });
});

describe('a run that is cancelled while a step ends', () => {
  it('begins no other step if the cancel comes first', async () => {
    const { one, two } = nodes();
    const { run, attempts } = await fannedOut(1);
    await run.cancel('enough');
    expect((await run.status()).state).toBe('stopping');
    await two.settle(end(attempts[0]));
    expect(await joinsOf(run.id)).toEqual([]);
    expect((await run.status()).state).toBe('cancelled');
    expect(two.events).toEqual([`run.cancel ${run.id}`]);
    expect(one.events).toEqual([]);
  });

  it('has the jobs cancelled of the step that began just before', async () => {
    const { one } = nodes();
    const { run, attempts } = await fannedOut(1);
    const finish = await one.hold(end(attempts[0]));
    const cancel = run.cancel('enough');
    await bench.blocked(1);
    await finish.commit();
    await expect(cancel).resolves.toBe(true);
    const [join] = await bench.query<{ state: string }>(`select state from $s.jobs where step = 'join'`);
    expect(join).toEqual({ state: 'cancelled' });
    expect((await run.status()).state).toBe('cancelled');
  });

  it('leaves a run alone that has just been completed', async () => {
    const { one } = nodes();
    const run = await one.pipelines.start(locked, { items: 1 });
    const [last] = await one.claim();
    const finish = await one.hold(end(last));
    const cancel = run.cancel('enough');
    await bench.blocked(1);
    await finish.commit();
    await expect(cancel).resolves.toBe(false);
    expect((await run.status()).state).toBe('completed');
  });

  it('waits for an attempt that a claim took in the midst of it', async () => {
    const { one, two } = nodes();
    const run = await one.pipelines.start(fan, { items: 1 });
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`select from ${bench.schema}.job for update`);
    const cancel = run.cancel('enough', { undo: true });
    await bench.blocked(1); // the sweep waits for the job's row, as it would for a claim's
    await runner.query(`update ${bench.schema}.job set token = 1, worker_id = gen_random_uuid(), attempt = 1`);
    await runner.commitTransaction();
    await runner.release();
    await cancel;
    expect((await run.status()).state).toBe('stopping');
    const [job] = await bench.query<{ requested: boolean }>(
      `select cancel_requested_at is not null as requested from $s.job`,
    );
    expect(job).toEqual({ requested: true });
    await bench.query(`update $s.job set token = null, cancel_requested_at = null`);
    await two.turn(() => completed());
    await two.drain(() => completed());
    expect(await run.status()).toMatchObject({
      state: 'cancelled',
      steps: [{ state: 'completed', undo: 'completed' }],
    });
  });
});

describe('a sweep and a worker that hold what the other wants', () => {
  it('are told so by the database, and the sweep begins anew', async () => {
    const { one } = nodes();
    const { run, attempts } = await fannedOut(4);
    const ids = attempts.map(({ id }) => id).sort();
    await bench.query(`update $s.job set token = null`);
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`set local deadlock_timeout = '1min'`); // so that it is the sweep that gives way
    const lock = (id?: string) =>
      runner.query(`select from ${bench.schema}.job where id = $1 for update`, [id ?? null]);
    await lock(ids.at(-1));
    const cancel = run.cancel('enough');
    await bench.blocked(1);
    await lock(ids[0]);
    await runner.commitTransaction();
    await runner.release();
    await cancel;
    expect(await run.status()).toMatchObject({ state: 'cancelled', steps: [{}, { done: 4 }] });
    expect(one.events).toEqual([`run.cancel ${run.id}`]);
  });
});

describe('items that share a lock key', () => {
  it('end with their run: the key goes to none of those that wait for it', async () => {
    const { one } = nodes();
    const run = await one.pipelines.start(locked, { items: 5 });
    const [holder, ...others] = await one.claim();
    expect(others).toEqual([]);
    await run.cancel('enough');
    expect(await bench.query(`select state, count(*)::int from $s.jobs group by 1 order by 1`)).toEqual([
      { state: 'cancelled', count: 4 },
      { state: 'running', count: 1 },
    ]);
    await one.settle(end(holder, { verb: 'cancel', reason: 'told to' }));
    expect((await run.status()).state).toBe('cancelled');
    expect(await bench.query(`select key from $s.lock`)).toEqual([]);
  });

  it('do not deadlock when one fails the run, and the sweep and the next holder meet', async () => {
    const { one, two } = nodes();
    const runs = await Promise.all(Array.from({ length: 5 }, () => one.pipelines.start(locked, { items: 20 })));
    for (let turn = 0; turn < 200; turn++) {
      const claimed = await Promise.all([one.claim(), two.claim()]);
      const worked = await Promise.all(
        [one, two].map(async (node, index) => {
          const attempts = claimed[index] ?? [];
          const endings = attempts.map((attempt) => ({
            attempt,
            outcome: attempt.row.item === 7 ? discarded('seven') : completed(),
          }));
          if (endings.length > 0) await node.settle(endings);
          return endings.length;
        }),
      );
      if (worked.some((count) => count > 0)) continue;
      await Promise.all([one.orchestrator.idle(), two.orchestrator.idle()]); // a sweep may pass the key on
      const [left] = await bench.query<{ count: number }>(`select count(*)::int from $s.job`);
      if (left?.count === 0) break;
    }
    for (const run of runs) expect((await run.status()).state).toBe('failed');
  });
});

describe('jobs of a run that somebody cancels one by one', () => {
  it('cancel their run, in the transaction that cancels them', async () => {
    const { one, two } = nodes();
    const run = await one.pipelines.start(fan, { items: 3 });
    await one.turn(() => completed());
    const [job] = await bench.query<{ id: string }>(`select id from $s.job limit 1`);
    const committed = await bench.database.transaction(async (manager) => {
      const tx = runnerOf(bench.database, manager);
      const rows = await two.engine.requestCancel(tx, [job?.id ?? ''], 'not this one');
      return two.orchestrator.cancelled(tx, rows, 'not this one');
    });
    await two.check();
    expect((await run.status()).state).toBe('stopping');
    committed();
    await two.orchestrator.idle();
    expect(await run.status()).toMatchObject({ state: 'cancelled', error: { message: 'not this one' } });
  });

  it('do not stop a run that is being undone: what was not undone is noted', async () => {
    const { one } = nodes();
    const run = await one.pipelines.start(fan, { items: 3 });
    await one.turn(() => completed());
    await run.cancel('enough', { undo: true });
    const [job] = await bench.query<{ id: string }>(`select id from $s.job`);
    await bench.database.transaction(async (manager) => {
      const tx = runnerOf(bench.database, manager);
      const rows = await one.engine.requestCancel(tx, [job?.id ?? ''], 'not this either');
      await one.orchestrator.cancelled(tx, rows, 'not this either');
    });
    expect(await run.status()).toMatchObject({
      state: 'cancelled',
      error: { message: 'enough', notUndone: [{ step: 'split', item: null, message: 'not this either' }] },
    });
  });
});

describe('a process that dies between stopping a run and ending its jobs', () => {
  it('F-36 leaves jobs that run in vain, the first of which to end has the rest ended', async () => {
    const { one, two } = nodes();
    const { run, attempts } = await fannedOut(6);
    const [first, second, ...rest] = attempts;
    await bench.query(`update $s.job set token = null where id = any($1)`, [rest.map(({ id }) => id)]);
    await bench.database.transaction((manager) =>
      one.settler.settle(runnerOf(bench.database, manager), end(first, discarded('no'))),
    ); // what follows its commit is never called
    expect(await run.status()).toMatchObject({ state: 'stopping', steps: [{}, { done: 1 }] });
    await two.settle(end(second));
    await two.orchestrator.idle();
    expect(await run.status()).toMatchObject({ state: 'compensating', steps: [{}, { done: 6, failed: 1 }] });
    await two.drain(() => completed());
    expect((await run.status()).state).toBe('failed');
  });
});

/** The same order each time. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  for (let at = result.length - 1, state = seed; at > 0; at--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}
