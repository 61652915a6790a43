import { beforeEach, describe, expect, it } from '@jest/globals';
import { Allow, IsInt } from 'class-validator';
import type { RunEvent } from '../../src/client/run-events.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
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

/** What callbacks depend on that is not stored, as code that was changed between two attempts. */
const code = { items: 3, throws: false };

const fan = pipeline('fan', { input: Size })
  .step('first', Do)
  .each('items', Do, () => Array.from({ length: code.items }, (_, size) => ({ size })))
  .step('side', Do, ({ input }) => input, { after: ['first'] })
  .step('after-side', Do, ({ side }) => ({ size: Number(side) }))
  .step('last', Do, ({ items, first }) => ({ size: [first, ...items].map(Number).reduce((a, b) => a + b) }), {
    after: ['items', 'after-side'],
  })
  .build();

const throwing = pipeline('throwing', { input: Size })
  .step('first', Do)
  .step('second', Do, ({ first }) => {
    if (code.throws) throw new Error('not yet');
    return { size: Number(first) };
  })
  .build();

const undone = pipeline('undone', { input: Size })
  .step('first', Do, { undo: Remove })
  .step('second', Do, ({ input }) => input)
  .build();

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(fan, throwing, undone);
  Object.assign(code, { items: 3, throws: false });
});

/** Each job returns ten times its size; those that `fails` names are discarded. */
const work =
  (fails: (step: string, item: number | null) => boolean = () => false): Work =>
  ({ row: { step, item, payload } }) =>
    fails(step ?? '', item) ? discarded('no') : completed((payload as Size).size * 10);

const jobsOf = async (run: RunHandle): Promise<string[]> => {
  const jobs = await bench.query<{ step: string; item: number | null; state: string }>(
    `select step, item, state from $s.jobs where run_id = $1 order by created_at, seq`,
    [run.id],
  );
  return jobs.map(({ step, item, state }) => `${step}${item === null ? '' : ` ${item}`} ${state}`);
};

const stepsOf = async (run: RunHandle): Promise<string[]> =>
  (await run.status()).steps.map(
    ({ name, state, done, total, failed }) => `${name} ${state} ${done}/${total} ${failed}`,
  );

/** A run of which one item failed, and whose other branch was stopped in the midst. */
async function failedRun(): Promise<RunHandle> {
  const run = await node.pipelines.start(fan, { size: 1 });
  await node.turn(work());
  const attempts = await node.claim();
  const of = (step: string, item: number | null) => attempts.find(({ row }) => row.step === step && row.item === item);
  const settle = (attempt: (typeof attempts)[number] | undefined, outcome = completed(7)) =>
    node.settle(attempt ? [{ attempt, outcome }] : []);
  await settle(of('items', 2));
  await settle(of('items', 0), discarded('no'));
  await settle(of('items', 1), { verb: 'cancel', reason: 'told to' });
  await settle(of('side', null), completed(5));
  await node.orchestrator.idle();
  expect(await run.status()).toMatchObject({ state: 'failed', error: { step: 'items', item: 0 } });
  return run;
}

describe('a run that is retried', () => {
  it('goes on: what is over stays, the items that failed are done again, and what was never begun begins', async () => {
    const run = await failedRun();
    expect(await stepsOf(run)).toEqual(['first completed 1/1 0', 'items failed 3/3 1', 'side completed 1/1 0']);
    await run.retry();
    await node.check();
    expect(await stepsOf(run)).toEqual([
      'first completed 1/1 0',
      'items running 1/3 0',
      'side completed 1/1 0',
      'after-side running 0/1 0',
    ]);
    expect(await run.status()).toMatchObject({ state: 'running', error: null, finishedAt: null, retries: 1 });
    expect((await jobsOf(run)).slice(-3).sort()).toEqual([
      'after-side available',
      'items 0 available',
      'items 1 available',
    ]);
    await node.drain(work());
    // 10 of the first; 0, 10 and the 7 that stayed, of the items.
    expect(await run.result()).toBe((10 + 0 + 10 + 7) * 10);
  });

  it('may fail again, and be retried again', async () => {
    const run = await failedRun();
    await run.retry();
    await node.drain(work((_, item) => item === 1));
    expect(await stepsOf(run)).toContain('items failed 3/3 1');
    expect((await run.status()).state).toBe('failed');
    await run.retry();
    expect(await stepsOf(run)).toContain('items running 2/3 0');
    await node.drain(work());
    expect(await run.status()).toMatchObject({ state: 'completed', retries: 2 });
  });

  it('goes on after a cancel, also where every item ended well all the same', async () => {
    const run = await node.pipelines.start(fan, { size: 1 });
    await node.turn(work());
    const attempts = await node.claim();
    await run.cancel('enough');
    await node.settle(attempts.map((attempt) => ({ attempt, outcome: completed(1) })));
    expect(await run.status()).toMatchObject({ state: 'cancelled' });
    expect(await stepsOf(run)).toContain('items cancelled 3/3 0');
    await run.retry();
    expect(await stepsOf(run)).toEqual([
      'first completed 1/1 0',
      'items completed 3/3 0',
      'side completed 1/1 0',
      'after-side running 0/1 0',
    ]);
    await node.drain(work());
    expect(await run.result()).toBe((10 + 1 + 1 + 1) * 10);
  });

  it('calls the callback again that failed it', async () => {
    code.throws = true;
    const run = await node.pipelines.start(throwing, { size: 1 });
    await node.drain(work());
    expect(await run.status()).toMatchObject({ state: 'failed', error: { step: 'second' } });
    expect(await rejectionOf(run.retry())).toMatchObject({
      code: 'PIPELINE_INVALID',
      message: expect.stringMatching(
        /"throwing", step "second": the run was not retried: its callback threw .*not yet/,
      ),
    });
    expect(await run.status()).toMatchObject({ state: 'failed', retries: 0 });
    code.throws = false;
    await run.retry();
    await node.drain(work());
    expect(await run.result()).toBe(100);
  });

  it('is told again to a watcher who goes on from where he was', async () => {
    const run = await failedRun();
    const before: RunEvent[] = [];
    for await (const event of run.events()) before.push(event);
    await run.retry();
    await node.drain(work());
    const after: string[] = [];
    const cursor = before.at(-1)?.cursor ?? '';
    for await (const { step, item, state, done } of run.events({ after: cursor }))
      after.push(`${step}${item === null ? '' : ` ${item}`} ${state} ${done}`);
    expect(after.slice(0, 2)).toEqual(['items running 0', 'items 2 completed 1']);
    expect(after.filter((event) => /^items|^last/.test(event)).slice(-3)).toEqual([
      'items completed 3',
      'last running 0',
      'last completed 1',
    ]);
    expect(after.filter((event) => /^first|^side/.test(event))).toEqual([]);
  });

  it('has the time again that it was given', async () => {
    const run = await node.pipelines.start(throwing, { size: 1 }, { timeout: '1h' });
    await bench.query(
      `update $s.pipeline_run set created_at = created_at - interval '2 hours', deadline_at = deadline_at - interval '2 hours'`,
    );
    await node.orchestrator.expire(10);
    expect(await run.status()).toMatchObject({ state: 'failed', error: { timedOut: true } });
    for (const _ of ['once', 'twice']) {
      await run.retry();
      const [row] = await bench.query<{ left: number }>(
        `select round(extract(epoch from deadline_at - $s.clock()))::int as left from $s.pipeline_run`,
      );
      expect(row?.left).toBeGreaterThan(3_590);
      expect(row?.left).toBeLessThanOrEqual(3_600);
      await run.cancel();
    }
  });

  it('commits, or does not, with the transaction of the caller', async () => {
    const run = await failedRun();
    const failure = new Error('never mind');
    const work = bench.database.transaction(async (manager) => {
      await run.retry({ manager });
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await run.status()).toMatchObject({ state: 'failed', retries: 0 });
    expect(await stepsOf(run)).toContain('items failed 3/3 1');
    await bench.database.transaction((manager) => run.retry({ manager }));
    expect((await run.status()).state).toBe('running');
  });
});

describe('two that retry a run at once', () => {
  it('do it once: the second is told that it runs', async () => {
    const run = await failedRun();
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    await run.retry({ manager: runner.manager });
    const second = rejectionOf(bench.node(fan).pipelines.retry(run.id));
    await bench.blocked(1);
    await runner.commitTransaction();
    await runner.release();
    expect(await second).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: `Run ${run.id} is running, and retry is possible only from failed, cancelled. Nothing was changed.`,
    });
    expect((await jobsOf(run)).filter((job) => job === 'items 0 available')).toHaveLength(1);
  });

  it('do it once also if the first is rolled back', async () => {
    const run = await failedRun();
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction();
    await run.retry({ manager: runner.manager });
    const second = run.retry();
    await bench.blocked(1);
    await runner.rollbackTransaction();
    await runner.release();
    await second;
    expect(await run.status()).toMatchObject({ state: 'running', retries: 1 });
  });
});

describe('a run that cannot be retried', () => {
  it('is one that runs, is completed, or is not there', async () => {
    const run = await node.pipelines.start(throwing, { size: 1 });
    expect(await rejectionOf(run.retry())).toMatchObject({ code: 'INVALID_TRANSITION' });
    await node.drain(work());
    expect(await rejectionOf(run.retry())).toMatchObject({ code: 'INVALID_TRANSITION' });
    for (const id of ['01890000-0000-7000-8000-000000000000', 'none']) {
      expect(await rejectionOf(node.pipelines.retry(id))).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('is one of which a step was undone', async () => {
    const run = await node.pipelines.start(undone, { size: 1 });
    await node.drain(work((step) => step === 'second'));
    expect(await run.status()).toMatchObject({ state: 'failed', steps: [{ undo: 'completed' }, {}] });
    expect(await rejectionOf(run.retry())).toMatchObject({
      code: 'RUN_UNDONE',
      message: expect.stringContaining('its step "first" was undone'),
    });
  });

  it('is one whose fan-out would have another number of items', async () => {
    const run = await failedRun();
    code.items = 4;
    expect(await rejectionOf(run.retry())).toMatchObject({
      code: 'RUN_ITEMS_CHANGED',
      message: expect.stringContaining('its step "items" had 3 items, and would have 4 now'),
    });
    expect(await stepsOf(run)).toContain('items failed 3/3 1');
  });

  it('is one whose pipeline this process does not know', async () => {
    const run = await failedRun();
    expect(await rejectionOf(bench.node(throwing).pipelines.retry(run.id))).toMatchObject({
      code: 'PIPELINE_VERSION_UNKNOWN',
      message: expect.stringContaining(`pipeline "fan" in version ${fan.version}`),
    });
  });

  it('is one whose unique key another run has', async () => {
    const first = await node.pipelines.start(throwing, { size: 1 }, { unique: 'mine' });
    await first.cancel();
    const second = await node.pipelines.start(throwing, { size: 1 }, { unique: 'mine' });
    expect(await rejectionOf(first.retry())).toMatchObject({ code: 'RUN_KEY_TAKEN' });
    await second.cancel();
    await first.retry();
    expect(await node.pipelines.start(throwing, { size: 1 }, { unique: 'mine' })).toMatchObject({
      id: first.id,
      existing: true,
    });
  });
});
