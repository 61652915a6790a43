import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import type { RunEvent } from '../../src/client/run-events.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Size {
  @IsInt() size!: number;
}

class Item {
  @IsInt() n!: number;
}

const Split = defineHandler({ name: 'split', payload: Size, handle: () => undefined });
const Work = defineHandler({ name: 'work', payload: Item, handle: () => undefined });

const fan = pipeline('fan', { input: Size })
  .step('split', Split)
  .each('work', Work, ({ input }) => Array.from({ length: input.size }, (_, n) => ({ n })), { onItemFailure: 'skip' })
  .each('none', Work, () => [])
  .step('join', Split, ({ input }) => input)
  .build();

const bench = usePipelineBench();

const short = ({ step, item, state, done, total }: RunEvent): string =>
  `${item === null ? step : `${step} ${item}`} ${state} ${done}/${total}`;

async function eventsOf(run: RunHandle): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  return events;
}

describe('events of a run', () => {
  it('come in their order, to one who watches from the start and to one who asks afterwards', async () => {
    const node = bench.node(fan);
    const run = await node.pipelines.start(fan, { size: 3 });
    const watched = eventsOf(run);
    await node.turn(() => completed());
    const [a, b, c] = await node.claim();
    for (const attempt of [c, a, b]) {
      if (!attempt) throw new Error('nothing was claimed');
      await node.settle([{ attempt, outcome: attempt === a ? discarded('no') : completed() }]);
    }
    await node.drain(() => completed());
    const expected = [
      ...['split running 0/1', 'split completed 1/1'],
      ...[
        'work running 0/3',
        'work 2 completed 1/3',
        'work 0 skipped 2/3',
        'work 1 completed 3/3',
        'work completed 3/3',
      ],
      ...['none running 0/0', 'none completed 0/0', 'join running 0/1', 'join completed 1/1'],
    ];
    expect((await watched).map(short)).toEqual(expected);
    const asked = await eventsOf(run);
    expect(asked.map(short)).toEqual(expected);
    expect(asked.map(({ at }) => at.getTime())).toEqual(asked.map(({ at }) => at.getTime()).sort((x, y) => x - y));
    expect(asked.every(({ at }) => Math.abs(Date.now() - at.getTime()) < 60_000)).toBe(true);
  });

  it('come page by page of many items, each once', async () => {
    const node = bench.node(fan);
    const run = await node.pipelines.start(fan, { size: 2_500 });
    await node.drain(() => completed());
    const events = await eventsOf(run);
    const items = events.filter(({ item }) => item !== null);
    expect(items).toHaveLength(2_500);
    expect(new Set(items.map(({ item }) => item)).size).toBe(2_500);
    expect(items.map(({ done }) => done)).toEqual(Array.from({ length: 2_500 }, (_, at) => at + 1));
    expect(events.slice(-5).map(short)).toEqual([
      ...[
        'work completed 2500/2500',
        'none running 0/0',
        'none completed 0/0',
        'join running 0/1',
        'join completed 1/1',
      ],
    ]);
  });

  it('end with a run that fails, after all that was under way', async () => {
    const node = bench.node(fan);
    const run = await node.pipelines.start(fan, { size: 2 });
    await node.turn(() => completed());
    const [attempt] = await node.claim(1);
    await run.cancel('enough');
    if (!attempt) throw new Error('nothing was claimed');
    const watched = eventsOf(run);
    await node.settle([{ attempt, outcome: completed() }]);
    expect((await watched).slice(2).map(short)).toEqual([
      ...['work running 0/2', 'work 1 cancelled 1/2', 'work 0 completed 2/2', 'work cancelled 2/2'],
    ]);
  });

  it('end at once when the watcher goes, also while it waits', async () => {
    const node = bench.node(fan);
    const run = await node.pipelines.start(fan, { size: 1 });
    const seen: string[] = [];
    for await (const event of run.events()) {
      seen.push(short(event));
      break;
    }
    expect(seen).toEqual(['split running 0/1']);
    const events = run.events();
    await events.next();
    const next = events.next();
    await events.return?.();
    await expect(next).resolves.toEqual({ done: true, value: undefined });
    await run.cancel();
  });
});

describe('the result of a run', () => {
  it('is waited for as long as the caller says', async () => {
    const node = bench.node(fan);
    const run = await node.pipelines.start(fan, { size: 1 });
    await expect(run.result({ timeout: '30ms' })).rejects.toMatchObject({
      code: 'RESULT_TIMEOUT',
      message: expect.stringContaining(`Run ${run.id} had not finished after 30 ms`),
    });
    const results = Promise.all([run.result(), run.result({ timeout: '20s' })]);
    await node.drain(() => completed({ done: true }));
    await expect(results).resolves.toEqual([{ done: true }, { done: true }]);
  });

  it('is heard of at once from a worker of this process, and soon from elsewhere', async () => {
    const [here, there] = [bench.node(fan), bench.node(fan)];
    const run = await here.pipelines.start(fan, { size: 1 });
    const result = run.result({ timeout: '20s' });
    await there.drain(() => completed(1));
    await expect(result).resolves.toBe(1);
  });
});
