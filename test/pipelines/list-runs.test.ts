import { beforeEach, describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import type { Pipelines } from '../../src/client/pipelines.js';
import type { RunFilter } from '../../src/client/run-query.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';
import { rejectionOf } from '../support/rejection.js';

class Size {
  @IsInt() size!: number;
}

const Work = defineHandler({ name: 'work', payload: Size, handle: () => undefined });

const small = pipeline('small', { input: Size }).step('work', Work).build();
const other = pipeline('other', { input: Size })
  .step('work', Work)
  .step('again', Work, ({ input }) => input)
  .build();

const bench = usePipelineBench();
let node: PipelineNode;
let pipelines: Pipelines;
beforeEach(() => {
  node = bench.node(small, other);
  ({ pipelines } = node);
});

const found = async (filter: RunFilter): Promise<string[]> => (await pipelines.list(filter)).runs.map(({ id }) => id);

describe('the list of runs', () => {
  it('has the newest first, each with how its steps stand', async () => {
    const first = await pipelines.start(small, { size: 1 });
    await node.drain(() => completed());
    const second = await pipelines.start(other, { size: 2 });
    const { runs, next } = await pipelines.list();
    expect(runs.map(({ id, pipeline, state }) => [id, pipeline, state])).toEqual([
      [second.id, 'other', 'running'],
      [first.id, 'small', 'completed'],
    ]);
    expect(runs[1]).toEqual(await first.status());
    expect(runs[1]?.steps).toEqual([
      expect.objectContaining({ name: 'work', startedAt: expect.any(Date), finishedAt: expect.any(Date) }),
    ]);
    expect(next).toBeNull();
  });

  it('is paged through, each run once, whatever is started meanwhile', async () => {
    const ids: string[] = [];
    for (let size = 0; size < 7; size++) ids.unshift((await pipelines.start(small, { size })).id);
    for (const filter of [{}, { unfinished: true }]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<Pipelines['list']>> = await pipelines.list(filter, { limit: 3, after });
        seen.push(...page.runs.map(({ id }) => id));
        after = page.next;
        await pipelines.start(small, { size: 100 });
      } while (after);
      expect(seen.slice(-7)).toEqual(ids);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  it('is filtered by each condition, and by all of them together', async () => {
    const done = await pipelines.start(small, { size: 1 }, { tags: ['mine'] });
    await node.drain(() => completed());
    const failed = await pipelines.start(other, { size: 1 });
    await node.drain(() => discarded('no'));
    const cancelled = await pipelines.start(other, { size: 2 }, { tags: ['mine'] });
    await cancelled.cancel('enough');
    const open = await pipelines.start(small, { size: 3 });
    const late = await pipelines.start(other, { size: 4 }, { tags: ['mine'] });
    expect(await found({ state: 'completed' })).toEqual([done.id]);
    expect(await found({ states: ['failed', 'cancelled'] })).toEqual([cancelled.id, failed.id]);
    expect(await found({ unfinished: true })).toEqual([late.id, open.id]);
    expect(await found({ unfinished: true, pipeline: small })).toEqual([open.id]);
    expect(await found({ state: 'running', pipeline: 'other', version: other.version })).toEqual([late.id]);
    expect(await found({ state: 'running', version: 'another' })).toEqual([]);
    expect(await found({ pipeline: 'other' })).toEqual([late.id, cancelled.id, failed.id]);
    expect(await found({ tag: 'mine' })).toEqual([late.id, cancelled.id, done.id]);
    expect(await found({ tag: 'mine', state: 'cancelled' })).toEqual([cancelled.id]);
    expect(await found({ states: [] })).toEqual([]);
    const created = (await open.status()).createdAt.getTime();
    expect(await found({ createdAfter: new Date(created + 60_000) })).toEqual([]);
    expect(await found({ createdBefore: new Date(created - 60_000) })).toEqual([]);
    expect(await found({ createdAfter: new Date(created - 60_000), state: 'completed' })).toEqual([done.id]);
  });

  it.each([
    [{ limit: 0 }, {}],
    [{ limit: 1_001 }, {}],
    [{ after: 'yesterday' }, {}],
    [{}, { state: 'done' as never }],
    [{}, { states: ['running', 'toString'] as never }],
  ])('refuses %j of %j', async (page, filter) => {
    expect(await rejectionOf(pipelines.list(filter, page))).toMatchObject({ code: 'OPTION_INVALID' });
  });
});
