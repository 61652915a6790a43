import { beforeEach, describe, expect, it } from '@jest/globals';
import { Allow, IsInt } from 'class-validator';
import type { RunHandle } from '../../src/client/run-handle.js';
import { attemptError } from '../../src/core/attempt-error.js';
import type { Attempt } from '../../src/engine/attempt.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Size {
  @IsInt() size!: number;
}

class Undo {
  @Allow() payload!: unknown;
}

const Do = defineHandler({ name: 'do', payload: Size, queue: 'web', lock: 'size {size}', handle: () => undefined });
const Sum = defineHandler({ name: 'sum', payload: Size, handle: () => undefined });
const Remove = defineHandler({ name: 'remove', payload: Undo, handle: () => undefined });

const sizes = (size: number) => Array.from({ length: size }, (_, size) => ({ size }));

const limited = pipeline('limited', { input: Size })
  .each('items', Do, ({ input }) => sizes(input.size), { concurrency: 2, priority: 3, undo: Remove })
  .step('sum', Sum, ({ items }) => ({ size: items.length }))
  .build();

const pairs = pipeline('pairs', { input: Size })
  .each('items', Do, ({ input }) => sizes(input.size), { concurrency: 2 })
  .build();

const later = pipeline('later', { input: Size })
  .step('first', Sum)
  .each('items', Do, ({ input }) => sizes(input.size), { concurrency: 2, onItemFailure: 'skip' })
  .each('others', Do, ({ input }) => sizes(input.size), { concurrency: 1, after: ['first'] })
  .build();

const single = pipeline('single', { input: Size })
  .each('items', Do, ({ input }) => sizes(input.size), { concurrency: 1 })
  .build();

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(limited, pairs, later, single);
});

const itemsOf = (attempts: readonly Attempt[]) => attempts.map(({ row }) => row.item).sort();
const finish = (attempts: readonly Attempt[], outcome = completed(1)) =>
  node.settle(attempts.map((attempt) => ({ attempt, outcome })));
const backlog = async (run: RunHandle) =>
  (
    await bench.query<{ item: number }>('select item from $s.pipeline_backlog where run_id = $1 order by item', [
      run.id,
    ])
  ).map(({ item }) => item);

describe('a fan-out with a limit', () => {
  it('has no more items under way; when some are over as many begin, in their order', async () => {
    const run = await node.pipelines.start(limited, { size: 6 });
    expect(await backlog(run)).toEqual([2, 3, 4, 5]);
    const [first, second] = await node.claim();
    if (!first || !second) throw new Error('two were not claimed');
    expect(itemsOf([first, second])).toEqual([0, 1]);
    expect(await node.claim()).toEqual([]);
    await finish([second]);
    const third = await node.claim();
    expect(itemsOf(third)).toEqual([2]);
    await finish([first, ...third]);
    expect(itemsOf(await node.claim())).toEqual([3, 4]);
    expect(await backlog(run)).toEqual([5]);
    expect((await run.status()).steps).toMatchObject([{ state: 'running', total: 6, done: 3 }]);
  });

  it('gives an item the job that it would have had', async () => {
    await node.pipelines.start(limited, { size: 3 }, { tags: ['a'], priority: 1 });
    const [first, second] = await node.claim();
    await finish([first, second].flatMap((attempt) => attempt ?? []));
    const [third] = await node.claim();
    if (!first || !third) throw new Error('the third was not claimed');
    const own = ['id', 'token', 'item', 'payload', 'lockKey', 'seq', 'waitMs', 'createdAt'];
    const shared = ({ row }: Attempt) => Object.entries(row).filter(([name]) => !own.includes(name));
    expect(shared(third)).toEqual(shared(first));
    expect(third.row).toMatchObject({ item: 2, payload: { size: 2 }, lockKey: 'size 2', priority: 1, tags: ['a'] });
  });

  it('counts an item that waits to be tried again', async () => {
    await node.pipelines.start(limited, { size: 3 });
    const [first, second] = await node.claim();
    if (!first || !second) throw new Error('two were not claimed');
    const outcome = { verb: 'retry', error: attemptError(new Error('not yet'), 1), delayMs: 3_600_000 } as const;
    await node.settle([{ attempt: first, outcome }]);
    expect(await node.claim()).toEqual([]);
    await finish([second]);
    expect(itemsOf(await node.claim())).toEqual([2]);
  });

  it('joins once, with all results in their order; several of a run have each their own limit', async () => {
    const run = await node.pipelines.start(later, { size: 5 });
    await node.turn(() => completed(0));
    const under = await bench.query<{ step: string; jobs: number }>(
      `select step, count(*)::int as jobs from $s.job where run_id = $1 group by step order by step`,
      [run.id],
    );
    expect(under).toEqual([
      { step: 'items', jobs: 2 },
      { step: 'others', jobs: 1 },
    ]);
    await node.drain(({ row }) => (row.step === 'items' && row.item === 3 ? discarded('no') : completed(row.item)));
    await expect(run.result()).resolves.toEqual({ items: [0, 1, 2, null, 4], others: [0, 1, 2, 3, 4] });
    expect(await backlog(run)).toEqual([]);
  });

  it('of fewer items than its limit is as one without', async () => {
    const run = await node.pipelines.start(limited, { size: 1 });
    expect(await backlog(run)).toEqual([]);
    await node.drain(() => completed(1));
    await expect(run.result()).resolves.toBe(1);
  });
});

describe('two that finish items of a fan-out with a limit', () => {
  it.each([
    ['two, and not the same', 'commit', [2, 3], [4]],
    ['one if the transaction of the other is rolled back', 'rollback', [2], [3, 4]],
  ] as const)('at once begin %s', async (_, end, begun, left) => {
    const run = await node.pipelines.start(limited, { size: 5 });
    const [first, second] = await node.claim();
    if (!first || !second) throw new Error('two were not claimed');
    const open = await node.hold([{ attempt: first, outcome: completed(1) }]);
    const other = finish([second]);
    await bench.blocked(1);
    await open[end]();
    await other;
    expect(itemsOf(await node.claim())).toEqual(begun);
    expect(await backlog(run)).toEqual(left);
  });
});

describe('a run of which items have not begun', () => {
  it('ends when an item fails, be it the only one that had begun', async () => {
    for (const definition of [limited, single]) {
      const run = await node.pipelines.start(definition, { size: 4 });
      const [first, ...others] = await node.claim();
      await finish(first ? [first] : [], discarded('no'));
      await node.orchestrator.idle();
      expect(await backlog(run)).toEqual([]);
      await finish(others);
      await node.drain(() => completed(null));
      expect(await run.status()).toMatchObject({
        state: 'failed',
        steps: [{ state: 'failed', total: 4, done: 4, failed: 1 }],
      });
    }
  });

  it('is cancelled with all of them, and undoes only what was done', async () => {
    const run = await node.pipelines.start(limited, { size: 2_500 });
    await node.turn(() => completed(1));
    await run.cancel('not wanted', { undo: true });
    const undone: unknown[] = [];
    await node.drain(({ row }) => {
      undone.push(row.item);
      return completed(null);
    });
    expect(undone.sort()).toEqual([0, 1]);
    expect(await run.status()).toMatchObject({ state: 'cancelled', steps: [{ state: 'cancelled', done: 2_500 }] });
  });

  it('leaves no item behind that the finish of another had begun while it was stopped', async () => {
    const run = await node.pipelines.start(later, { size: 4 });
    const open = await node.hold((await node.claim()).map((attempt) => ({ attempt, outcome: completed(1) })));
    const cancelled = run.cancel();
    await bench.blocked(1);
    await open.commit();
    await cancelled;
    await node.drain();
    expect(await run.status()).toMatchObject({ state: 'cancelled' });
    expect(await backlog(run)).toEqual([]);
  });

  it('is ended by the leader if the process that stopped it died', async () => {
    const run = await node.pipelines.start(single, { size: 4 });
    const [first] = await node.claim();
    await bench.database.transaction(async (manager) => {
      await node.settler.settle({ run: (statement, params) => bench.database.runOn(manager, statement, params) }, [
        { attempt: first as Attempt, outcome: discarded('no') },
      ]);
    });
    await node.check();
    expect(await run.status()).toMatchObject({ state: 'stopping' });
    await node.orchestrator.expire(10);
    expect(await run.status()).toMatchObject({ state: 'failed', steps: [{ done: 4, failed: 1 }] });
  });

  it('goes on where it was when it is retried, within its limit', async () => {
    const run = await node.pipelines.start(pairs, { size: 6 });
    const [first, second] = await node.claim();
    await finish(first ? [first] : [], completed('kept'));
    await finish(second ? [second] : [], discarded('no'));
    await node.orchestrator.idle();
    expect(await run.status()).toMatchObject({ state: 'failed', steps: [{ done: 6, failed: 1 }] });
    await run.retry();
    await node.check();
    expect(await backlog(run)).toEqual([3, 4, 5]);
    await node.drain(({ row }) => completed(row.item));
    await expect(run.result()).resolves.toEqual(['kept', 1, 2, 3, 4, 5]);
  });
});
