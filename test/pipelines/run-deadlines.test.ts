import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import { RunFailedError } from '../../src/core/errors.js';
import { stopRuns } from '../../src/repositories/sql/stop-runs.js';
import { eventually } from '../support/eventually.js';
import type { Task, Tasks } from '../support/pipeline-tasks.js';
import { PIPELINE_HANDLERS, PIPELINES, tasks } from '../support/pipeline-tasks.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

const rowlock = useRowlock();
afterEach(async () => expect(await runViolations(rowlock.database)).toEqual([]));

const HOUR_MS = 3_600_000;
const options = { handlers: PIPELINE_HANDLERS, pipelines: PIPELINES };
const input = (last: Task, each: readonly Task[] = []): Tasks => ({ first: {}, each: [...each], last });

const reached = (run: RunHandle, step: string) =>
  eventually(`step ${step} has begun`, async () => (await run.status()).steps.some(({ name }) => name === step));

describe('a run with a timeout', () => {
  it('fails when that is over: its handler is told, and what was completed is undone', async () => {
    const { jobs } = await rowlock.application(options);
    const run = await jobs.start(tasks, input({ does: 'hang' }), { timeout: '1.5s' });
    const unlimited = await jobs.start(tasks, input({ does: 'hang' }));
    await reached(run, 'last');
    const { createdAt, deadlineAt } = await run.status();
    expect((deadlineAt?.getTime() ?? 0) - createdAt.getTime()).toBe(1_500);
    const error = await run.result({ timeout: '20s' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunFailedError);
    expect(error).toMatchObject({
      code: 'RUN_TIMED_OUT',
      message: `Run ${run.id} failed: pipeline "tasks": it was not over 1500 ms after its start, as its timeout asks`,
    });
    expect(await run.status()).toMatchObject({
      state: 'failed',
      error: { step: null, item: null, timedOut: true },
      steps: [{ undo: 'completed' }, { state: 'completed' }, { state: 'cancelled' }],
    });
    expect(await unlimited.status()).toMatchObject({ state: 'running', deadlineAt: null });
    await unlimited.cancel();
  });

  it('fails by the clock of the database, though no worker saw it begin', async () => {
    const { jobs, worker } = await rowlock.application({ ...options, work: false });
    const [late, early] = [
      await jobs.start(tasks, input({ does: 'hang' }), { timeout: '1h' }),
      await jobs.start(tasks, input({}), { timeout: '2h' }),
    ];
    await rowlock.moveClock(1.5 * HOUR_MS);
    await worker.start();
    await expect(late.result({ timeout: '20s' })).rejects.toMatchObject({ code: 'RUN_TIMED_OUT' });
    await expect(early.result({ timeout: '20s' })).resolves.toEqual({ n: 0 });
  });

  it('is stopped to its end by the leader, though who stopped it died before it ended its jobs', async () => {
    const { jobs, worker } = await rowlock.application({ ...options, work: false });
    const run = await jobs.start(tasks, input({}), { priority: 9 });
    await rowlock.query(`update $s.job set queue = 'unserved'`);
    const error = JSON.stringify({ step: null, item: null, message: 'enough' });
    expect(await rowlock.on.run(stopRuns, [[run.id], ['cancelled'], [false], [error]])).toEqual([{ id: run.id }]);
    await worker.start();
    await expect(run.result({ timeout: '20s' })).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    expect(await rowlock.value('select count(*)::int from $s.job')).toBe(0);
  });

  it('fails though nothing of it runs', async () => {
    const { jobs } = await rowlock.application(options);
    const run = await jobs.start(tasks, input({}, [{ does: 'snooze', ms: 10 * HOUR_MS }]), { timeout: '200ms' });
    await expect(run.result({ timeout: '20s' })).rejects.toMatchObject({ code: 'RUN_TIMED_OUT' });
    expect((await run.status()).steps).toMatchObject([{ undo: 'completed' }, { state: 'cancelled', done: 1 }]);
  });

  it('completes if it is over in time, and is then left alone', async () => {
    const { jobs } = await rowlock.application(options);
    const run = await jobs.start(tasks, input({ n: 1 }), { timeout: '1h' });
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 0 });
    await rowlock.query(`update $s.pipeline_run set deadline_at = created_at`);
    const next = await jobs.start(tasks, input({ does: 'hang' }), { timeout: '1ms' });
    await expect(next.result({ timeout: '20s' })).rejects.toMatchObject({ code: 'RUN_TIMED_OUT' });
    expect((await run.status()).state).toBe('completed');
  });

  it.each([
    ['0s', 'OPTION_INVALID', /option timeout must be from 1 ms to 366 days/],
    ['400d', 'OPTION_INVALID', /"tasks" was started: option timeout/],
    ['an hour', 'DURATION_INVALID', /^Pipeline "tasks", option timeout: "an hour" is no duration/],
  ] as const)('is refused with %s', async (timeout, code, message) => {
    const { jobs } = await rowlock.application({ ...options, work: false });
    await expect(jobs.start(tasks, input({}), { timeout: timeout as '1h' })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('runs that end at their deadlines', () => {
  /** They are looked for now and then, so one that ends soon after its deadline may be completed yet. */
  const taskOf = (n: number): Task => (n < 30 ? { does: 'ignore', ms: 60 * n } : { does: 'hang' });

  it('are completed or failed, each one thing, though two workers look', async () => {
    const wide = { ...options, worker: { concurrency: 40 } };
    const [one, two] = [await rowlock.application(wide), await rowlock.application(wide)];
    const runs = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 ? one : two).jobs.start(tasks, input(taskOf(n)), { timeout: '1500ms' }),
      ),
    );
    const ends = await Promise.all(
      runs.map((run) =>
        run.result({ timeout: '25s' }).then(
          () => 'completed',
          (error: RunFailedError) => error.code,
        ),
      ),
    );
    expect(ends.filter((end) => end !== 'completed' && end !== 'RUN_TIMED_OUT')).toEqual([]);
    expect([ends[0], ends.at(-1)]).toEqual(['completed', 'RUN_TIMED_OUT']);
    const told = [one, two].flatMap(({ events }) => [...events('run.complete'), ...events('run.fail')]);
    expect(told).toHaveLength(40);
  });
});
