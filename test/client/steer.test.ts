import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Jobs } from '../../src/client/jobs.js';
import { retryConflicts } from '../../src/repositories/retry-conflicts.js';
import { ending, failed, JobsAt, newJob } from '../support/jobs-at.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const at = new JobsAt(rowlock);
let jobs: Jobs;
beforeEach(async () => (jobs = (await rowlock.application()).jobs));
const stateOf = async (id: string): Promise<string | undefined> => (await jobs.get(id))?.state;
const countsByState = async (): Promise<Record<string, number>> => {
  const rows = await rowlock.query<{ state: string; count: number }>(
    'select state, count(*)::int from $s.jobs group by 1',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

describe('cancel', () => {
  it('ends a job that waits, and asks a running one to stop', async () => {
    expect(await jobs.cancel(await at.inState('scheduled'))).toBe('cancelled');
    const running = await at.running();
    expect(await jobs.cancel(running.id, { reason: 'changed my mind' })).toBe('cancelling');
    expect(await jobs.get(running.id)).toMatchObject({ state: 'running', cancelRequested: true });
  });

  it('passes on the lock key of what it ends', async () => {
    const lockKey = 'page:1';
    const running = await at.running({ lockKey });
    const [second, third] = [await at.enqueue({ lockKey }), await at.enqueue({ lockKey })];
    await at.claim();
    await rowlock.engine.interrupt(rowlock.on, [ending(running, { verb: 'interrupt' })]);
    await jobs.cancel(running.id);
    expect(await Promise.all([second, third].map(stateOf))).toEqual(['available', 'pending']);
    await jobs.cancel(second);
    expect(await stateOf(third)).toBe('available');
  });

  it('fails for what is over, and for what is not there, and says so', async () => {
    const id = await at.inState('completed');
    expect(await rejectionOf(jobs.cancel(id))).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining(`${id} is completed`),
    });
    for (const missing of [newJob().id, 'yesterday'])
      expect(await rejectionOf(jobs.cancel(missing))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('follows a job that is promoted, or failing, while it looks', async () => {
    const promoted = await at.enqueue({ delayMs: 1 });
    await rowlock.moveClock(10);
    const promotion = await rowlock.begin();
    await rowlock.engine.promote(promotion.on, 10);
    const first = jobs.cancel(promoted);
    await rowlock.blocked();
    await promotion.commit();
    expect(await first).toBe('cancelled');
    const attempt = await at.running();
    const retry = await rowlock.begin();
    await rowlock.engine.retry(retry.on, [ending(attempt, failed(60_000))]);
    const second = jobs.cancel(attempt.id);
    await rowlock.blocked();
    await retry.commit();
    expect(await second).toBe('cancelled');
  });

  it('follows a job that is promoted and claimed while it looks', async () => {
    const id = await at.enqueue({ delayMs: 1 });
    await rowlock.moveClock(10);
    const workerId = await at.worker();
    const open = await rowlock.begin();
    await rowlock.engine.promote(open.on, 10);
    await at.claim({ workerId }, open.on);
    const cancel = jobs.cancel(id);
    await rowlock.blocked();
    await open.commit();
    expect(await cancel).toBe('cancelling');
  });

  it('takes a reason of any length and kind', async () => {
    const id = await at.enqueue();
    await jobs.cancel(id, { reason: `\0${'x'.repeat(5_000)}` });
    expect((await jobs.get(id))?.reason?.length).toBeLessThan(1_100);
  });

  it('by a filter ends all that is unfinished, more than a page of them', async () => {
    await rowlock.engine.enqueue(
      rowlock.on,
      Array.from({ length: 1_201 }, (_, n) => newJob({ tags: ['t'], ...(n % 2 ? { delayMs: 60_000 } : {}) })),
      false,
    );
    await at.running({ tags: ['t'] });
    const other = await at.enqueue();
    const done = await at.inState('completed', { queue: 'done', tags: ['t'] });
    expect(await jobs.cancelMany({ tag: 't' })).toEqual({ cancelled: 1_201, cancelling: 1 });
    expect(await stateOf(other)).toBe('available');
    expect(await stateOf(done)).toBe('completed');
    expect(await jobs.cancelMany({ tag: 'none' })).toEqual({ cancelled: 0, cancelling: 0 });
  });

  it('F-12 goes on while workers finish the same jobs in another order', async () => {
    await rowlock.engine.enqueue(rowlock.on, Array.from({ length: 400 }, () => newJob()), false); // prettier-ignore
    const attempts = await at.claim({ limit: 400 });
    const finishing = Promise.all(
      [0, 1, 2, 3].map((part) =>
        // As a worker does: one of two that wait for each other is told to try again.
        retryConflicts(() =>
          rowlock.engine.complete(
            rowlock.on,
            attempts
              .filter((_, n) => n % 4 === part)
              .map((attempt) => ending(attempt, { verb: 'complete', result: '1' })),
          ),
        ),
      ),
    );
    const [{ cancelling }, finished] = await Promise.all([jobs.cancelMany({}), finishing]);
    expect(cancelling).toBeLessThanOrEqual(400);
    expect(finished.flat()).toHaveLength(400);
  });
});

describe('redrive', () => {
  it('runs a finished job again under its id', async () => {
    const id = await at.inState('discarded');
    await jobs.redrive(id);
    expect(await jobs.get(id)).toMatchObject({ state: 'available', attempt: 0, errors: [{ message: 'no' }] });
  });

  it('fails for what is not over, and for what is not there', async () => {
    const id = await at.enqueue();
    expect(await rejectionOf(jobs.redrive(id))).toMatchObject({ code: 'INVALID_TRANSITION' });
    for (const missing of [newJob().id, 'yesterday'])
      expect(await rejectionOf(jobs.redrive(missing))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says that the unique key is what keeps a job from coming back', async () => {
    const unique = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;
    const id = await at.inState('discarded', { unique });
    await at.enqueue({ unique });
    expect(await rejectionOf(jobs.redrive(id))).toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringContaining('unique key') }); // prettier-ignore
  });

  it('by a filter brings back the dead letters, or the states that are named', async () => {
    for (const state of ['discarded', 'discarded', 'cancelled', 'completed'] as const)
      await at.inState(state, { tags: ['t'] });
    expect(await jobs.redriveMany({ tag: 't', state: undefined })).toEqual({ redriven: 2 });
    expect(await countsByState()).toEqual({ available: 2, cancelled: 1, completed: 1 });
    expect(await jobs.redriveMany({ states: ['cancelled', 'completed'] })).toEqual({ redriven: 2 });
    expect(await jobs.redriveMany({ unfinished: true })).toEqual({ redriven: 0 });
  });
});

describe('reschedule', () => {
  it('sets another time, and makes due at once what shall wait no longer', async () => {
    const id = await at.inState('scheduled');
    await jobs.reschedule(id, { delay: '2h' });
    const runAt = (await jobs.get(id))?.runAt?.getTime() ?? 0;
    expect(runAt - Date.now()).toBeGreaterThan(7_100_000);
    await jobs.reschedule(id, { runAt: new Date(0) });
    await rowlock.engine.promote(rowlock.on, 1);
    expect(await stateOf(id)).toBe('available');
  });

  it('fails for what runs, what is over and what is not there', async () => {
    const { id } = await at.running();
    for (const started of [id, await at.inState('completed')])
      expect(await rejectionOf(jobs.reschedule(started, { delay: '1h' }))).toMatchObject({
        code: 'INVALID_TRANSITION',
      });
    for (const missing of [newJob().id, 'yesterday'])
      expect(await rejectionOf(jobs.reschedule(missing, { delay: '1h' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses a time that is none', async () => {
    const id = await at.enqueue();
    for (const due of [{ runAt: new Date(Number.NaN) }, { runAt: new Date(8.64e15) }, { delay: '400d' }] as const)
      expect(await rejectionOf(jobs.reschedule(id, due))).toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('by a filter moves what has not started', async () => {
    for (const state of ['available', 'scheduled', 'retryable', 'running', 'completed'] as const)
      await at.inState(state, { queue: `q-${state}`, tags: ['t'] });
    expect(await jobs.rescheduleMany({ tag: 't' }, { delay: '1h' })).toEqual({ rescheduled: 3 });
    expect(await countsByState()).toEqual({ scheduled: 3, running: 1, completed: 1 });
  });
});
