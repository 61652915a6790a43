import { describe, expect, it } from '@jest/globals';
import { IsArray, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { RunFailedError } from '../../src/core/errors.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { completed, discarded, handle, usePipelineBench } from '../support/pipeline-bench.js';

class Count {
  @IsInt() @Min(0) count!: number;
}

class Numbered {
  @IsInt() n!: number;
}

class Listed {
  @IsArray() numbers!: unknown[];
  @IsOptional() @IsString() note?: string;
}

const MakeList = defineHandler({
  name: 'make-list',
  payload: Count,
  handle: ({ count }) => ({ items: Array.from({ length: count }, (_, n) => ({ n })) }),
});
const Double = defineHandler({ name: 'double', payload: Numbered, handle: ({ n }) => ({ doubled: n * 2 }) });
const Sum = defineHandler({ name: 'sum', payload: Listed, handle: ({ numbers }) => ({ numbers }) });

const fan = (onItemFailure: 'fail' | 'skip' | { substitute: { doubled: number } }) =>
  pipeline('fan', { input: Count })
    .step('list', MakeList)
    .each('doubles', Double, ({ list }) => list.items, { onItemFailure })
    .step('sum', Sum, ({ doubles }) => ({ numbers: doubles.map((each) => each?.doubled ?? -1) }))
    .build();

const line = pipeline('line', { input: Numbered })
  .step('first', Double)
  .step('second', Double, ({ first }) => ({ n: first.doubled }))
  .step('third', Double, ({ input, second }) => ({ n: second.doubled + input.n }))
  .build();

const bench = usePipelineBench();

describe('a line', () => {
  it('goes from step to step, and its output is what the last one returns', async () => {
    const node = bench.node(line);
    const run = await node.pipelines.start(line, { n: 5 });
    expect(await node.turn()).toBe(1);
    expect((await run.status()).steps).toMatchObject([
      { name: 'first', state: 'completed', total: 1, done: 1, failed: 0, undo: null },
      { name: 'second', state: 'running', total: 1, done: 0, failed: 0, undo: null },
    ]);
    await node.drain();
    await expect(run.result()).resolves.toEqual({ doubled: 50 });
    expect(await run.status()).toMatchObject({
      state: 'completed',
      pipeline: 'line',
      version: line.version,
      error: null,
    });
    expect(node.events).toEqual([`run.complete ${run.id}`]);
  });
});

describe('a fan-out', () => {
  it.each([0, 1, 200])('of %i items is joined once, with the results in their order', async (count) => {
    const definition = fan('fail');
    const node = bench.node(definition);
    const run = await node.pipelines.start(definition, { count });
    await node.turn();
    if (count > 0) {
      const attempts = (await node.claim()).reverse();
      const endings = await Promise.all(attempts.map(async (attempt) => ({ attempt, outcome: await handle(attempt) })));
      for (let at = 0; at < endings.length; at += 7) await node.settle(endings.slice(at, at + 7));
    }
    await node.drain();
    await expect(run.result()).resolves.toEqual({ numbers: Array.from({ length: count }, (_, n) => n * 2) });
  });

  it('leaves out items that failed, or puts a substitute in their place', async () => {
    for (const [policy, expected] of [
      ['skip', [0, -1, 4]],
      [{ substitute: { doubled: 7 } }, [0, 7, 4]],
    ] as const) {
      const definition = fan(policy);
      const node = bench.node(definition);
      const run = await node.pipelines.start(definition, { count: 3 });
      await node.drain((attempt) => (attempt.row.item === 1 ? discarded('no') : handle(attempt)));
      await expect(run.result()).resolves.toEqual({ numbers: expected });
      expect((await run.status()).steps[1]).toMatchObject({ state: 'completed', total: 3, done: 3, failed: 1 });
    }
  });

  it('fails its run with an item that fails, and ends the items that wait', async () => {
    const definition = fan('fail');
    const node = bench.node(definition);
    const run = await node.pipelines.start(definition, { count: 5 });
    await node.turn();
    const [first, second] = await node.claim(2);
    if (!first || !second) throw new Error('nothing was claimed');
    await node.settle([{ attempt: first, outcome: discarded('out of numbers') }]);
    await node.orchestrator.idle();
    expect(await run.status()).toMatchObject({
      state: 'stopping',
      steps: [{}, { state: 'failed', done: 4, failed: 1 }],
    });
    expect(await node.claim()).toEqual([]);
    await node.settle([{ attempt: second, outcome: completed({ doubled: 2 }) }]);
    const error = await run.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunFailedError);
    expect(error).toMatchObject({
      code: 'RUN_FAILED',
      message: `Run ${run.id} failed: pipeline "fan", step "doubles", item 0: its job was discarded: out of numbers`,
    });
    expect(node.events).toEqual([`run.fail ${run.id}`]);
  });
});
