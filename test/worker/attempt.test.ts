import { describe, expect, it } from '@jest/globals';
import type { JobDetails } from '../../src/client/job-details.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { eventually } from '../support/eventually.js';
import { handlerOf } from '../support/handler-of.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();

type Handle = (job: JobContext) => unknown;

/** Runs a job for each case on one worker, to their ends, and another after them, which shows that the worker lives. */
async function runAll<Name extends string>(
  cases: Record<Name, Handle>,
  options: object = {},
): Promise<Record<Name, JobDetails>> {
  const task = handlerOf((job) => cases[job.tags[0] as Name](job), options);
  const { jobs, stop } = await rowlock.application({ handlers: [task, next] });
  const names = Object.keys(cases) as Name[];
  const handles = await Promise.all(names.map((name) => jobs.enqueue('task', {}, { tags: [name] })));
  const ended = await Promise.all(
    handles.map((handle) =>
      eventually('the job is over', async () => {
        const details = await handle.details();
        return details.finishedAt && details;
      }),
    ),
  );
  expect(await (await jobs.enqueue(next, {})).result({ timeout: '10s' })).toBe('alive');
  await stop();
  return Object.fromEntries(names.map((name, n) => [name, ended[n]])) as unknown as Record<Name, JobDetails>;
}

const run = async (handle: Handle, options: object = {}): Promise<JobDetails> =>
  (await runAll({ handle }, options)).handle;

const next = defineHandler({ name: 'next', payload: NoPayload, handle: () => 'alive' });

const dead = (error: object): object => ({ state: 'discarded', attempt: 1, errors: [{ attempt: 1, ...error }] });
describe('a result that the database refuses', () => {
  it('F-22 makes the job a dead letter that says why, and takes no other outcome with it', async () => {
    await rowlock.query(`alter table $s.job_history add constraint refused check (result <> '"refused"')`);
    try {
      const { refused, other } = await runAll({ refused: () => 'refused', other: () => 'other' });
      expect(refused).toMatchObject(dead({ message: expect.stringContaining('refused') }));
      expect(other.state).toBe('completed');
    } finally {
      await rowlock.query('alter table $s.job_history drop constraint refused');
    }
  });
});

describe('a handler that steers its job', () => {
  it('snoozes it, which costs no attempt', async () => {
    let snoozes = 0;
    const job = await run((context) => {
      if (++snoozes <= 3) throw context.snooze('1ms', 'not yet');
      return context.attempt;
    });
    expect(job).toMatchObject({
      state: 'completed',
      result: 1,
      attempt: 1,
      meta: { snoozed: 3, snoozeReason: 'not yet' },
    });
  });

  it('cancels it', async () => {
    const job = await run((context) => {
      throw context.cancel('not wanted');
    });
    expect(job).toMatchObject({ state: 'cancelled', reason: 'not wanted', attempt: 1 });
  });

  it('discards it, though attempts are left', async () => {
    const job = await run((context) => { throw context.discard('it is gone'); }, { retry: { attempts: 9 } }); // prettier-ignore
    expect(job).toMatchObject({ state: 'discarded', reason: 'it is gone', errors: [{ name: 'Discard' }] });
  });
});

describe('what an attempt knows and says', () => {
  it('is its job', async () => {
    const { jobs } = await rowlock.application({
      handlers: [
        handlerOf((job) => ({
          id: job.id, name: job.name, queue: job.queue, priority: job.priority, attempt: job.attempt,
          maxAttempts: job.maxAttempts, tags: job.tags, token: String(job.token), lockKey: job.lockKey, run: job.run,
          createdAt: job.createdAt, aborted: job.signal.aborted,
        })),
      ],
      worker: { queues: { far: null } },
    }); // prettier-ignore
    const handle = await jobs.enqueue('task', {}, { queue: 'far', priority: 3, tags: ['t'], attempts: 4 });
    const result = (await handle.result({ timeout: '10s' })) as Record<string, unknown>;
    expect(result).toMatchObject({
      id: handle.id, name: 'task', queue: 'far', priority: 3, attempt: 1, maxAttempts: 4, tags: ['t'], lockKey: null,
      run: null, aborted: false, createdAt: (await handle.details()).createdAt.toISOString(),
    }); // prettier-ignore
    expect(result['token']).toBe(await rowlock.value('select token::text from $s.job_history'));
  });

  it('is its progress, of many attempts at once, the newest word of each', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const task = handlerOf(async (job) => {
      for (const part of [0.1, Number(job.tags[0])]) await job.progress(part, `part ${part}`);
      await gate;
    });
    const { jobs } = await rowlock.application({ handlers: [task], worker: { concurrency: 20 } });
    const handles = [];
    for (let n = 0; n < 20; n++) handles.unshift(await jobs.enqueue(task, {}, { tags: [String(n / 20)], priority: (n % 10) as 0 })); // prettier-ignore
    for (const handle of handles) {
      await eventually('its progress is there', async () => {
        const { progress, tags } = await handle.details();
        return progress?.message === `part ${tags[0]}` && Math.abs(progress.fraction - Number(tags[0])) < 1e-6;
      });
    }
    release();
  });

  it.each<[string, Handle, object]>([
    ['at once', (job) => void job.progress(1, 'done'), {}],
    ['later', (job) => job.progress(1, 'done'), {}],
    ['in its transaction', (job) => job.progress(1, 'done'), { transactional: true }],
  ])('is what it says last, also if it completes %s', async (_, handle, options) => {
    const { jobs } = await rowlock.application({ handlers: [handlerOf(handle, options)] });
    const twenty = Array.from({ length: 20 }, () => ({}));
    for (const job of await jobs.enqueueMany('task', twenty)) {
      await job.result({ timeout: '20s' });
      expect((await job.details()).progress).toEqual({ fraction: 1, message: 'done' });
    }
  });

  it('takes any progress that is said', async () => {
    const job = await run(async (context) => {
      for (const fraction of [Number.NaN, -1, 7]) await context.progress(fraction, '\0'.repeat(5_000));
    });
    expect(job).toMatchObject({ state: 'completed', progress: { fraction: 1 } });
  });
});
