import { beforeEach, describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { v7 as uuid } from 'uuid';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Text {
  @IsString() text!: string;
}

const Write = defineHandler({ name: 'write', payload: Text, handle: () => undefined });
const written = pipeline('written', { input: Text }).step('write', Write).build();
const copied = pipeline('copied', { input: Text }).step('write', Write).build();
const empty = pipeline('empty', { input: Text })
  .each('write', Write, () => [])
  .build();

const bench = usePipelineBench();
let nodes: { one: PipelineNode; two: PipelineNode };
beforeEach(() => {
  const node = () => bench.node(written, copied, empty);
  nodes = { one: node(), two: node() };
});

const start = (node: PipelineNode, unique: string, text = 'a') => node.pipelines.start(written, { text }, { unique });

describe('a run with a unique key', () => {
  it('is what a second start answers with, as long as it is not over', async () => {
    const { one, two } = nodes;
    const first = await start(one, 'k');
    const second = await start(two, 'k', 'b');
    expect([first.existing, second.existing, second.id]).toEqual([false, true, first.id]);
    expect(await bench.query(`select payload from $s.job`)).toEqual([{ payload: { text: 'a' } }]);
    await one.drain(() => completed());
    const third = await start(two, 'k');
    expect(third.existing).toBe(false);
    expect(third.id).not.toBe(first.id);
  });

  it('keeps its key while it is stopped and undone, and gives it back however it ends', async () => {
    const { one } = nodes;
    for (const ended of [
      async () => one.turn(() => discarded('no')),
      async (id: string) => one.pipelines.cancelRuns([id]),
    ]) {
      const first = await start(one, 'k');
      await bench.query(`update $s.pipeline_run set state = 'stopping', ends_as = 'failed' where id = $1`, [first.id]);
      expect((await start(one, 'k')).id).toBe(first.id);
      await bench.query(`update $s.pipeline_run set state = 'running', ends_as = null where id = $1`, [first.id]);
      await ended(first.id);
      const next = await start(one, 'k');
      expect(next.existing).toBe(false);
      await next.cancel();
    }
  });

  it('leaves alone runs of other keys, of other pipelines, and of none', async () => {
    const { one } = nodes;
    const runs = [
      await start(one, 'k'),
      await start(one, 'l'),
      await start(one, 'x'.repeat(5_000)),
      await start(one, 'x'.repeat(5_001)),
      await one.pipelines.start(copied, { text: 'a' }, { unique: 'k' }),
      await one.pipelines.start(written, { text: 'a' }),
      await one.pipelines.start(written, { text: 'a' }),
    ];
    expect(runs.map(({ existing }) => existing)).toEqual(runs.map(() => false));
    expect((await start(one, 'x'.repeat(5_000))).id).toBe(runs[2]?.id);
  });

  it('is one, of many that are started at once from two processes', async () => {
    const { one, two } = nodes;
    for (let round = 0; round < 5; round++) {
      const handles = await Promise.all(Array.from({ length: 20 }, (_, n) => start(n % 2 ? one : two, `k${round}`)));
      expect(new Set(handles.map(({ id }) => id)).size).toBe(1);
      expect(handles.filter(({ existing }) => !existing)).toHaveLength(1);
    }
    expect(await bench.query(`select count(*)::int from $s.pipeline_run`)).toEqual([{ count: 5 }]);
  });

  it.each(['commits', 'rolls back'] as const)('waits for a start whose transaction %s', async (ending) => {
    const { one, two } = nodes;
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    const first = await one.pipelines.start(written, { text: 'a' }, { unique: 'k', manager: runner.manager });
    const second = start(two, 'k', 'b');
    await bench.blocked(1);
    if (ending === 'commits') await runner.commitTransaction();
    else await runner.rollbackTransaction();
    await runner.release();
    const { id, existing } = await second;
    expect([existing, id === first.id]).toEqual(ending === 'commits' ? [true, true] : [false, false]);
    expect(await bench.query(`select payload ->> 'text' as text from $s.job`)).toEqual([
      { text: ending === 'commits' ? 'a' : 'b' },
    ]);
  });

  it('is found by a start in a transaction that began before it', async () => {
    const { one, two } = nodes;
    await bench.dataSource.transaction(async (manager) => {
      const first = await start(two, 'k');
      const second = await one.pipelines.start(written, { text: 'b' }, { unique: 'k', manager });
      expect([second.id, second.existing]).toEqual([first.id, true]);
    });
  });

  it('is started anew when it ends just as a second start looks for it', async () => {
    const { one, two } = nodes;
    const first = await start(one, 'k');
    const [attempt] = await one.claim();
    if (!attempt) throw new Error('nothing was claimed');
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`lock table ${bench.schema}.pipeline_run in access exclusive mode`);
    const second = start(two, 'k');
    await bench.blocked(1);
    await runner.rollbackTransaction();
    await runner.release();
    await one.settle([{ attempt, outcome: completed() }]);
    const { id, existing } = await second;
    expect(existing).toBe(id === first.id);
    await start(two, 'k');
    expect(await bench.query(`select count(*)::int from $s.pipeline_run where finished_at is null`)).toEqual([
      { count: 1 },
    ]);
  });

  it('may be over at once, and then the key is free', async () => {
    const { one } = nodes;
    const runs = [1, 2].map(() => one.pipelines.start(empty, { text: 'a' }, { unique: 'k' }));
    for (const run of await Promise.all(runs)) await expect(run.result()).resolves.toEqual([]);
  });

  it('is the same run for the same id, and a key does not find the id of another pipeline', async () => {
    const { one } = nodes;
    const id = uuid();
    const options = { id, unique: 'k' };
    expect((await one.pipelines.start(written, { text: 'a' }, options)).existing).toBe(false);
    expect(await one.pipelines.start(written, { text: 'a' }, options)).toMatchObject({ id, existing: true });
    await expect(one.pipelines.start(copied, { text: 'a' }, options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: 'No run of pipeline "copied" was started: option id is that of a run of "written".',
    });
  });

  it.each([[''], [5], [null], ['a\0b'], ['\ud800']])('is refused with %j for a key', async (unique) => {
    await expect(start(nodes.one, unique as string)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringMatching(/^No run of pipeline "written" was started: option unique must be a text/),
    });
  });
});
