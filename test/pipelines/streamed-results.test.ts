import { beforeEach, describe, expect, it } from '@jest/globals';
import { IsArray, IsInt, IsOptional } from 'class-validator';
import type { RunHandle } from '../../src/client/run-handle.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { findStepResults } from '../../src/repositories/sql/find-step-results.js';
import type { PipelineNode, Work } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Size {
  @IsInt() size!: number;
}

class Seen {
  @IsOptional() @IsInt() count?: number;
  @IsOptional() @IsArray() fields?: string[];
}

const Do = defineHandler({ name: 'do', payload: Size, handle: ({ size }) => size * 10 });
const Tell = defineHandler({ name: 'tell', payload: Seen, handle: ({ count, fields }) => ({ count, fields }) });

const numbers = (size: number): Size[] => Array.from({ length: size }, (_, n) => ({ size: n }));

const counted = pipeline('counted', { input: Size })
  .each('items', Do, ({ input }) => numbers(input.size), { results: 'stream', onItemFailure: 'skip' })
  .step('told', Tell, ({ items }) => ({ count: items.count, fields: Object.keys(items) }))
  .step('between', Do, ({ told }) => ({ size: told.fields?.length ?? 0 }))
  .step('again', Tell, ({ items, told }) => ({ count: items.count * 100, fields: told.fields ?? [] }))
  .build();

const last = pipeline('last', { input: Size })
  .step('first', Do)
  .each('items', Do, ({ input }) => numbers(input.size), { results: 'stream' })
  .build();

const twoEnds = pipeline('two-ends', { input: Size })
  .step('first', Do)
  .each('items', Do, ({ input }) => numbers(input.size), { results: 'stream', after: ['first'] })
  .step('side', Do, ({ input }) => input, { after: ['first'] })
  .build();

const unwanted = pipeline('unwanted', { input: Size })
  .each('items', Do, ({ input }) => numbers(input.size), { results: 'stream', when: ({ input }) => input.size > 1 })
  .step('told', Tell, ({ items }) => (items === undefined ? { fields: ['none'] } : { count: items.count }))
  .build();

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(counted, last, twoEnds, unwanted);
});

const handleAll: Work = ({ row: { name, payload } }) => {
  const { size = 0, ...seen } = payload as Partial<Size> & Seen;
  return completed(name === 'do' ? size * 10 : seen);
};

const over = async <Output>(run: RunHandle<Output>): Promise<Output> => {
  await node.drain(handleAll);
  return run.result();
};

describe('callbacks after a fan-out whose results are a stream', () => {
  it('see how many items there were, and nothing else', async () => {
    const run = await node.pipelines.start(counted, { size: 7 });
    expect(await over(run)).toEqual({ count: 700, fields: ['count'] });
    const rows = await bench.query(
      `select step, result from $s.pipeline_step where step in ('told', 'items') order by 1`,
    );
    expect(rows).toEqual([
      { step: 'items', result: null },
      { step: 'told', result: { count: 7, fields: ['count'] } },
    ]);
  });

  it('count those that were skipped', async () => {
    const run = await node.pipelines.start(counted, { size: 4 });
    await node.drain((attempt) => (attempt.row.item === 2 ? discarded('no') : handleAll(attempt)));
    expect(await run.result()).toMatchObject({ count: 400 });
  });

  it('see 0 after a fan-out of nothing', async () => {
    expect(await over(await node.pipelines.start(counted, { size: 0 }))).toEqual({ count: 0, fields: ['count'] });
  });

  it('see nothing of one that was skipped', async () => {
    expect(await over(await node.pipelines.start(unwanted, { size: 1 }))).toEqual({ fields: ['none'] });
    expect(await over(await node.pipelines.start(unwanted, { size: 2 }))).toEqual({ count: 2 });
  });

  it('read no item, not even which of them were skipped', async () => {
    const { id } = await node.pipelines.start(counted, { size: 3 });
    await node.drain((attempt) => (attempt.row.item === 1 ? discarded('no') : handleAll(attempt)));
    const answer = (streamed: boolean) => bench.database.run(findStepResults, [[id], ['items'], [streamed]]);
    const at = { runId: id, step: 'items' };
    expect(await answer(true)).toEqual([{ ...at, result: { count: 3 }, skipped: null }]);
    expect(await answer(false)).toEqual([{ ...at, result: [0, null, 20], skipped: [1] }]);
  });
});

describe('a run that ends with a fan-out whose results are a stream', () => {
  it('returns them as an array', async () => {
    const output: number[] = await over(await node.pipelines.start(last, { size: 3 }));
    expect(output).toEqual([0, 10, 20]);
    expect(await over(await node.pipelines.start(last, { size: 0 }))).toEqual([]);
    const ends: { items: number[]; side: number } = await over(await node.pipelines.start(twoEnds, { size: 2 }));
    expect(ends).toEqual({ items: [0, 10], side: 20 });
  });
});

describe('a run that repeats one with a stream', () => {
  it('counts what a fork took over', async () => {
    const run = await node.pipelines.start(counted, { size: 3 });
    await over(run);
    const fork = await run.fork({ from: 'again' });
    expect(await over(fork)).toMatchObject({ count: 300 });
    const items = await bench.query('select item from $s.pipeline_item where run_id = $1 order by 1', [fork.id]);
    expect(items).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
  });

  it('counts what a retry finds', async () => {
    const run = await node.pipelines.start(counted, { size: 3 });
    await node.drain((attempt) => (attempt.row.step === 'again' ? discarded('no') : handleAll(attempt)));
    await run.retry();
    expect(await over(run)).toMatchObject({ count: 300 });
  });
});

describe('the option results', () => {
  const build = (results: unknown, kind: 'each' | 'step' = 'each') => {
    const options = { results } as object;
    const empty = pipeline('p', { input: Size });
    return () => (kind === 'each' ? empty.each('s', Do, () => [], options) : empty.step('s', Do, options)).build();
  };

  it('is array or stream', () => {
    expect(build('lazy')).toThrow('Pipeline "p", step "s": its results is "lazy". Write \'array\' or \'stream\'.');
    expect(build(null)).toThrow("its results is null. Write 'array' or 'stream'.");
    expect(build('stream')().steps[0]?.results).toBe('stream');
    expect(build(undefined)().steps[0]?.results).toBe('array');
  });

  it('is one of a fan-out only', () => {
    expect(build('stream', 'step')).toThrow('it has no option "results".');
  });

  it('leaves the version as it is: where a run goes does not depend on it', () => {
    expect(build('stream')().version).toBe(build('array')().version);
  });
});
