import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import { Cancel, Suspension } from '../../src/core/steering.js';
import type { Attempt } from '../../src/engine/attempt.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { runnerOf } from '../../src/repositories/session.js';
import { adoptRun } from '../../src/repositories/sql/adopt-run.js';
import { stopRuns } from '../../src/repositories/sql/stop-runs.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, usePipelineBench } from '../support/pipeline-bench.js';
import { noted, Write } from '../support/step-tasks.js';

const child = noted('child').step('made', Write).build();
const parent = noted('parent').run('child', child, ({ input }) => input).build(); // prettier-ignore
const suspension = { verb: 'snooze', delayMs: 3_600_000, reason: 'waits for its run', waitsFor: 'child' } as const;

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(parent);
});

/** What the handler of a `.run` step does in an attempt; gives what it throws. */
async function runChild({ id, row }: Attempt, token = row.token): Promise<unknown> {
  const job = {
    id,
    token: BigInt(token),
    run: { id: row.runId ?? '', step: 'child', item: null },
    cancel: (reason: string) => new Cancel(reason),
  };
  return node.children.output(job as unknown as JobContext, { text: 'a' }).catch((thrown: unknown) => thrown);
}

const claimOne = async (): Promise<Attempt> => {
  const [attempt] = await node.claim();
  if (!attempt) throw new Error('nothing was claimed');
  return attempt;
};

/** A parent whose attempt has not begun. */
const started = async (): Promise<{ run: RunHandle; attempt: Attempt }> => {
  const run: RunHandle = await node.pipelines.start(parent, { text: 'a' });
  return { run, attempt: await claimOne() };
};

/** A parent that has started its child and is about to be suspended, and the child's job. */
const begun = async () => {
  const { run, attempt } = await started();
  expect(await runChild(attempt)).toBeInstanceOf(Suspension);
  return { run, attempt, made: await claimOne() };
};

const due = () => bench.query<{ due: boolean }>('select run_at <= $s.clock() as due from $s.job_waiting');
const states = () => bench.query<{ state: string }>('select name, state from $s.pipeline_run order by name');

describe('a step that is suspended while its child ends', () => {
  it('is due at once if the child came first', async () => {
    const { attempt, made } = await begun();
    const ended = await node.hold([{ attempt: made, outcome: completed({ text: 'a' }) }]);
    const suspended = node.settle([{ attempt, outcome: suspension }]);
    await bench.blocked(1);
    await ended.commit();
    await suspended;
    expect(await due()).toEqual([{ due: true }]);
  });

  it('is suspended if that end was rolled back', async () => {
    const { attempt, made } = await begun();
    const ended = await node.hold([{ attempt: made, outcome: completed({ text: 'a' }) }]);
    const suspended = node.settle([{ attempt, outcome: suspension }]);
    await bench.blocked(1);
    await ended.rollback();
    await suspended;
    expect(await due()).toEqual([{ due: false }]);
  });

  it('is woken if it came first, and returns what the child did', async () => {
    const { attempt, made } = await begun();
    const suspended = await node.hold([{ attempt, outcome: suspension }]);
    const ended = node.settle([{ attempt: made, outcome: completed({ text: 'made' }) }]);
    await bench.blocked(1);
    await suspended.commit();
    await ended;
    const woken = await claimOne();
    expect(woken.id).toBe(attempt.id);
    expect(await runChild(woken)).toEqual({ text: 'made' });
  });
});

describe('a child', () => {
  it('is started once, whatever becomes of the attempt that started it', async () => {
    const { attempt } = await begun();
    expect(await runChild(attempt)).toBeInstanceOf(Suspension);
    expect(await states()).toHaveLength(2);
  });

  it('is started once by two attempts at once', async () => {
    const { attempt } = await started();
    const outcomes = await Promise.all([runChild(attempt), runChild(attempt)]);
    expect(outcomes.every((outcome) => outcome instanceof Suspension)).toBe(true);
    expect(await states()).toHaveLength(2);
  });

  it('is not started by an attempt that has lost its job', async () => {
    const { attempt } = await started();
    expect(await runChild(attempt, '999')).toBeInstanceOf(Cancel);
    expect(await states()).toEqual([{ name: 'parent', state: 'running' }]);
  });

  /** A transaction that stays open until it is committed. */
  const open = async () => {
    const runner = bench.dataSource.createQueryRunner();
    await runner.startTransaction('READ COMMITTED');
    const commit = async () => {
      await runner.commitTransaction();
      await runner.release();
    };
    return { tx: runnerOf(bench.database, runner.manager), commit };
  };

  it('is not started if its parent is being stopped at this moment', async () => {
    const { run, attempt } = await started();
    const { tx, commit } = await open();
    await tx.run(stopRuns, [[run.id], ['cancelled'], [false], ['{"message": "enough"}']]);
    const outcome = runChild(attempt);
    await bench.blocked(1);
    await commit();
    expect(await outcome).toBeInstanceOf(Cancel);
    await node.settle([{ attempt, outcome: { verb: 'cancel', reason: 'its run is being stopped' } }]);
    expect(await states()).toEqual([{ name: 'parent', state: 'cancelled' }]);
  });

  it('is stopped with its parent if it is being started at this moment', async () => {
    const { run, attempt } = await started();
    const { tx, commit } = await open();
    const facts = { id: attempt.id, priority: null, tags: [], owner: null, tenant: '' };
    const draft = await node.starter.draft(child, { text: 'a' }, facts, { timeoutMs: null, uniqueKey: null });
    await node.starter.insert(tx, [draft]);
    expect(await tx.run(adoptRun, [attempt.id, attempt.token])).toEqual([{ id: attempt.id }]);
    const cancelled = run.cancel('enough');
    await bench.blocked(1);
    await commit();
    await cancelled;
    expect(await states()).toEqual([
      { name: 'child', state: 'cancelled' },
      { name: 'parent', state: 'stopping' },
    ]);
    await node.settle([{ attempt, outcome: { verb: 'cancel', reason: 'told to' } }]);
    expect((await run.status()).state).toBe('cancelled');
  });
});
