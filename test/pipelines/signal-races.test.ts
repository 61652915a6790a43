import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Attempt } from '../../src/engine/attempt.js';
import { runnerOf } from '../../src/repositories/session.js';
import { answerWait } from '../../src/repositories/sql/answer-wait.js';
import { openWait } from '../../src/repositories/sql/open-wait.js';
import { wakeJob } from '../../src/repositories/sql/wake-job.js';
import type { PipelineNode } from '../support/pipeline-bench.js';
import { completed, usePipelineBench } from '../support/pipeline-bench.js';
import { Answer, noted } from '../support/step-tasks.js';

const HOUR = 3_600_000;
const asked = noted('asked').signal('told', Answer).build();
const suspension = { verb: 'snooze', delayMs: HOUR, reason: 'waits for signal told', waitsFor: 'told' } as const;

const bench = usePipelineBench();
let node: PipelineNode;
beforeEach(() => {
  node = bench.node(asked);
});

/** A run whose step has looked for its signal, found none, and is about to be suspended. */
async function waiting(): Promise<{ run: RunHandle; attempt: Attempt }> {
  const run: RunHandle = await node.pipelines.start(asked, { text: 'a' });
  const [attempt] = await node.claim();
  if (!attempt) throw new Error('nothing was claimed');
  const [wait] = await bench.database.run(openWait, [attempt.id, attempt.token, 'signal', HOUR, null, null]);
  expect(wait).toMatchObject({ outcome: null, pipeline: 'asked' });
  return { run, attempt };
}

/** Sends a signal in a transaction that stays open. */
async function sending(run: RunHandle, attempt: Attempt) {
  const runner = bench.dataSource.createQueryRunner();
  await runner.startTransaction('READ COMMITTED');
  const tx = runnerOf(bench.database, runner.manager);
  expect(await tx.run(answerWait, [run.id, 'told', 'signal', 'answered', '{"word": "yes"}', null, null])).toEqual([
    { jobId: attempt.id },
  ]);
  expect(await tx.run(wakeJob, [attempt.id, 'told', 'nobody'])).toEqual([]);
  return async (end: 'commitTransaction' | 'rollbackTransaction') => {
    await runner[end]();
    await runner.release();
  };
}

const due = () => bench.query<{ due: boolean }>('select run_at <= $s.clock() as due from $s.job_waiting');

describe('a step that is suspended while its signal is sent', () => {
  it('is due at once if the signal came first', async () => {
    const { run, attempt } = await waiting();
    const end = await sending(run, attempt);
    const suspended = node.settle([{ attempt, outcome: suspension }]);
    await bench.blocked(1);
    await end('commitTransaction');
    await suspended;
    expect(await due()).toEqual([{ due: true }]);
  });

  it('is suspended if that signal was rolled back', async () => {
    const { run, attempt } = await waiting();
    const end = await sending(run, attempt);
    const suspended = node.settle([{ attempt, outcome: suspension }]);
    await bench.blocked(1);
    await end('rollbackTransaction');
    await suspended;
    expect(await due()).toEqual([{ due: false }]);
  });

  it('is woken if it came first', async () => {
    const { run, attempt } = await waiting();
    const held = await node.hold([{ attempt, outcome: suspension }]);
    const sent = node.pipelines.signal(run.id, 'told', { word: 'yes' });
    await bench.blocked(1);
    await held.commit();
    expect(await sent).toBe(true);
    expect((await node.claim()).map(({ id }) => id)).toEqual([attempt.id]);
  });

  it('has not been suspended if that was rolled back, and finds the signal when it looks again', async () => {
    const { run, attempt } = await waiting();
    const held = await node.hold([{ attempt, outcome: suspension }]);
    const sent = node.pipelines.signal(run.id, 'told', { word: 'yes' });
    await bench.blocked(1);
    await held.rollback();
    expect(await sent).toBe(true);
    await node.settle([{ attempt, outcome: suspension }]);
    expect(await due()).toEqual([{ due: true }]);
  });

  it('is stored by a transaction of its own, for it holds what comes last in the order of locks', async () => {
    const { attempt } = await waiting();
    const [suspended, done] = [
      { attempt, outcome: suspension },
      { attempt, outcome: completed() },
    ];
    expect(node.settler.apart([done, suspended])).toEqual([[suspended], [done]]);
    for (const batch of [[suspended], [done], [done, done]]) expect(node.settler.apart(batch)).toEqual([batch]);
  });

  it('knows nothing of a job that it has lost', async () => {
    const { run, attempt } = await waiting();
    expect(await bench.database.run(openWait, [attempt.id, '999', 'signal', HOUR, null, null])).toEqual([]);
    await run.cancel();
    await node.settle([{ attempt, outcome: suspension }]);
    expect((await run.status()).state).toBe('cancelled');
  });
});
