import { beforeEach, describe, expect, it } from '@jest/globals';
import { Allow, IsInt } from 'class-validator';
import type { RunHandle } from '../../src/client/run-handle.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { NoSteps } from '../../src/pipelines/step-facts.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { PipelineNode, Work } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';
import { rejectionOf } from '../support/rejection.js';

class Size {
  @IsInt() size!: number;
}

class Undo {
  @Allow() result!: unknown;
}

const Do = defineHandler({ name: 'do', payload: Size, handle: () => undefined });
const Remove = defineHandler({ name: 'remove', payload: Undo, handle: () => undefined });

const fan = pipeline('fan', { input: Size })
  .step('first', Do, { undo: Remove })
  .each('items', Do, ({ input }) => [{ size: 1 }, { size: 2 }, { size: input.size }], { onItemFailure: 'skip' })
  .step('side', Do, ({ first }) => ({ size: Number(first) }), { after: ['first'], when: ({ input }) => input.size > 0 })
  .step('last', Do, ({ items, input }) => ({ size: items.filter((item) => item !== undefined).length + input.size }), {
    after: ['items', 'side'],
  })
  .build();

/** The same name, another shape. */
const newer = pipeline('fan', { input: Size }).step('first', Do).build();

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(fan);
});

const work =
  (fails: (step: string, item: number | null) => boolean = () => false): Work =>
  ({ row: { step, item, payload } }) =>
    fails(step ?? '', item) ? discarded('no') : completed((payload as Size).size * 10);

const stepsOf = async (run: RunHandle): Promise<string[]> =>
  (await run.graph()).steps.map(({ name, state, done, total, reused }) => {
    return `${name} ${state} ${done}/${total}${reused ? ' reused' : ''}`;
  });

const jobsOf = async ({ id }: RunHandle): Promise<string[]> => {
  const jobs = await bench.query<{ step: string }>(`select step from $s.jobs where run_id = $1 order by seq`, [id]);
  return jobs.map(({ step }) => step);
};

async function completedRun(): Promise<RunHandle<number, NoSteps, Size, 'first' | 'items' | 'side' | 'last'>> {
  const run = await node.pipelines.start(fan, { size: 1 }, { priority: 2, tags: ['mine'], timeout: '1h' });
  await node.drain(work((_, item) => item === 1));
  expect(await run.result()).toBe((2 + 1) * 10);
  return run as unknown as RunHandle<number, NoSteps, Size, 'first' | 'items' | 'side' | 'last'>;
}

describe('a fork', () => {
  it('takes over all results but those of its first step, and of what comes after that', async () => {
    const run = await completedRun();
    const fork = await run.fork({ from: 'side' });
    expect(fork.existing).toBe(false);
    expect(await stepsOf(fork)).toEqual([
      ...['first completed 1/1 reused', 'items completed 3/3 reused', 'side running 0/1', 'last pending 0/0'],
    ]);
    expect((await fork.graph()).origin).toEqual({
      kind: 'fork',
      run: run.id,
      from: ['side'],
      reused: ['first', 'items'],
    });
    await node.drain(work());
    expect(await fork.result()).toBe((2 + 1) * 10); // an item was skipped in the other run
    expect(await jobsOf(fork)).toEqual(['side', 'last']);
    expect(await fork.mermaid()).toContain('taken over');
    expect((await run.graph()).origin).toBeNull();
  });

  it('does all items again of a fan-out that it begins with', async () => {
    const run = await completedRun();
    const fork = await run.fork({ from: ['items'] });
    await node.drain(work());
    expect(await fork.result()).toBe((3 + 1) * 10);
    expect((await jobsOf(fork)).sort()).toEqual(['items', 'items', 'items', 'last']);
  });

  it('may have another input, which what it takes over has not seen', async () => {
    const run = await completedRun();
    const fork = await run.fork({ from: 'last', input: { size: 5 } });
    await node.drain(work());
    expect(await fork.result()).toBe((2 + 5) * 10);
    expect(await rejectionOf(run.fork({ from: 'last', input: { size: 'x' as never } }))).toMatchObject({
      code: 'PAYLOAD_INVALID',
    });
  });

  it('has the priority, tags and timeout of the other, unless others are given', async () => {
    const run = await completedRun();
    const [like, unlike] = [
      await run.fork({ from: 'last' }),
      await run.fork({ from: 'last', priority: 7, tags: [], timeout: '2h' }),
    ];
    const rows = await bench.query(
      `select id, priority, tags, round(extract(epoch from deadline_at - created_at))::int as timeout from $s.pipeline_run
       where origin is not null order by created_at`,
    );
    expect(rows).toEqual([
      { id: like.id, priority: 2, tags: ['mine'], timeout: 3_600 },
      { id: unlike.id, priority: 7, tags: [], timeout: 7_200 },
    ]);
  });

  it('undoes what it did itself, and not what it took over', async () => {
    const run = await completedRun();
    const fork = await run.fork({ from: 'last' });
    await node.drain(work((step) => step === 'last'));
    expect(await fork.status()).toMatchObject({
      state: 'failed',
      steps: [{ undo: null }, {}, {}, { state: 'failed' }],
    });
    expect((await run.status()).state).toBe('completed');
    const whole = await run.fork({ from: 'first' });
    await node.drain(work((step) => step === 'last'));
    expect(await whole.status()).toMatchObject({ state: 'failed', steps: [{ undo: 'completed' }, {}, {}, {}] });
  });

  it('of a run that failed does again what was undone and what was never over, with what comes after it', async () => {
    const run = await node.pipelines.start(fan, { size: 1 });
    await node.drain(work((step) => step === 'last'));
    expect(await run.status()).toMatchObject({ state: 'failed', steps: [{ undo: 'completed' }, {}, {}, {}] });
    const fork = await run.fork({ from: 'last' });
    expect((await fork.graph()).origin?.reused).toEqual([]);
    await node.drain(work());
    expect(await fork.result()).toBe((3 + 1) * 10);
  });

  it('is completed at once if nothing is left to do', async () => {
    const skipping = pipeline('skipping', { input: Size })
      .step('a', Do)
      .step('b', Do, ({ a }) => ({ size: Number(a) }), { when: ({ input }) => input.size > 1 })
      .build();
    const other = bench.node(skipping);
    const run = await other.pipelines.start(skipping, { size: 2 });
    await other.drain(work());
    const fork = await run.fork({ from: 'b', input: { size: 1 } });
    expect(await fork.result({ timeout: '1s' })).toBeNull();
    expect(other.events).toContain(`run.complete ${fork.id}`);
  });

  it('commits, or does not, with the transaction of the caller, and is made once under an id', async () => {
    const run = await completedRun();
    const id = '01890000-0000-7000-8000-000000000001';
    const failure = new Error('never mind');
    const lost = bench.database.transaction(async (manager) => {
      await run.fork({ from: 'last', id, manager });
      throw failure;
    });
    await expect(lost).rejects.toBe(failure);
    expect(await rejectionOf(node.pipelines.status(id))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await run.fork({ from: 'last', id })).toMatchObject({ id, existing: false });
    expect(await run.fork({ from: 'last', id })).toMatchObject({ id, existing: true });
    expect(await jobsOf(node.pipelines.handle(id))).toEqual(['last']);
  });

  it('waits for the end of a retry of the other, and is refused then', async () => {
    const run = await node.pipelines.start(fan, { size: 1 });
    await run.cancel();
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    await run.retry({ manager: runner.manager });
    const fork = rejectionOf(run.fork({ from: 'last' }));
    await bench.blocked(1);
    await runner.commitTransaction();
    await runner.release();
    expect(await fork).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('fork is possible'),
    });
  });

  it('begins with steps that there are', async () => {
    const run: RunHandle = await completedRun();
    for (const from of ['nothing', [], ['last', 'nothing']]) {
      expect(await rejectionOf(run.fork({ from }))).toMatchObject({
        code: 'OPTION_INVALID',
        message: expect.stringContaining('first, items, side, last'),
      });
    }
  });
});

describe('a rerun', () => {
  it('begins anew, with the same input or another', async () => {
    const run = await completedRun();
    const [same, other] = [await run.rerun(), await run.rerun({ input: { size: 4 } })];
    await node.drain(work());
    expect([await same.result(), await other.result()]).toEqual([(3 + 1) * 10, (3 + 4) * 10]);
    expect(await same.status()).toMatchObject({
      origin: { kind: 'rerun', run: run.id, from: [], reused: [] },
      retries: 0,
    });
    expect(await jobsOf(same)).toHaveLength(6);
  });

  it('is one of a run that goes on, too', async () => {
    const run = await node.pipelines.start(fan, { size: 1 });
    expect((await run.rerun()).id).not.toBe(run.id);
  });

  it('is by the version that the process knows, if it does not know that of the run', async () => {
    const run = await completedRun();
    const [later, stranger] = [bench.node(newer), bench.node()];
    const again = await later.pipelines.rerun(run.id);
    expect((await again.status()).version).toBe(newer.version);
    expect((await (await bench.node(newer, fan).pipelines.rerun(run.id)).status()).version).toBe(fan.version);
    for (const repeat of [
      () => stranger.pipelines.rerun(run.id),
      () => later.pipelines.fork(run.id, { from: 'first' }),
    ]) {
      expect(await rejectionOf(repeat())).toMatchObject({ code: 'PIPELINE_VERSION_UNKNOWN' });
    }
  });
});
