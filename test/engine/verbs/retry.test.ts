import { describe, expect, it } from '@jest/globals';
import { attemptError } from '../../../src/core/attempt-error.js';
import type { Attempt } from '../../../src/engine/attempt.js';
import { ending, failed, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const retry = (attempt: Attempt, delayMs = 0, message = 'it failed'): ReturnType<typeof rowlock.engine.retry> =>
  rowlock.engine.retry(rowlock.on, [ending(attempt, failed(delayMs, message))]);

describe('retry', () => {
  it('keeps the attempt counted, and is due after the delay', async () => {
    const attempt = await jobs.running();
    await retry(attempt, 5_000);
    expect(await jobs.get(attempt.id)).toMatchObject({ state: 'retryable', attempt: 1, token: null });
    const wait = await rowlock.value<number>(
      'select extract(epoch from run_at - $s.clock())::float8 from $s.job_waiting',
    );
    expect(wait).toBeGreaterThan(3);
    expect(wait).toBeLessThanOrEqual(5);
  });

  it('gives each job of a batch its own delay and error', async () => {
    const attempts = [await jobs.running(), await jobs.running(), await jobs.running()].reverse();
    await rowlock.engine.retry(
      rowlock.on,
      attempts.map((attempt, n) => ending(attempt, failed(n * 60_000, `failure ${n}`))),
    );
    const rows = await rowlock.query<{ id: string; message: string }>(
      `select id, errors -> 0 ->> 'message' as message from $s.job_waiting order by run_at`,
    );
    expect(rows).toEqual(attempts.map(({ id }, n) => ({ id, message: `failure ${n}` })));
  });

  it('F-45 appends errors, and keeps the newest ten', async () => {
    const id = await jobs.enqueue({ maxAttempts: 20 });
    for (let n = 1; n <= 13; n++) {
      const [attempt] = await jobs.claim();
      if (!attempt) throw new Error('it is claimable');
      await retry(attempt, 0, `failure ${n}`);
      await rowlock.engine.promote(rowlock.on, 10);
    }
    const { errors, attempt } = await jobs.get(id);
    expect(errors?.map(({ message }) => message)).toEqual(
      [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((n) => `failure ${n}`),
    );
    expect(attempt).toBe(13);
  });

  it('stores an error whose text PostgreSQL could not', async () => {
    const attempt = await jobs.running();
    const error = attemptError(new Error(`a NUL \0 and half an emoji ${'😀'.slice(0, 1)}`), 1);
    await rowlock.engine.retry(rowlock.on, [ending(attempt, { verb: 'retry', delayMs: 0, error })]);
    expect((await jobs.get(attempt.id)).errors).toMatchObject([{ message: 'a NUL \uFFFD and half an emoji \uFFFD' }]);
  });

  it('keeps the unique key taken', async () => {
    const unique = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;
    await retry(await jobs.running({ unique }));
    expect(await rowlock.query('select key from $s.unique_key')).toEqual([{ key: 'k' }]);
  });

  it('is refused for a job whose cancel was requested, which its worker then cancels', async () => {
    const attempt = await jobs.running();
    await rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'not wanted');
    expect(await retry(attempt)).toEqual([]);
    await rowlock.engine.cancel(rowlock.on, [ending(attempt, failed())]);
    expect(await jobs.get(attempt.id)).toMatchObject({ state: 'cancelled', reason: 'not wanted' });
  });

  it('waits for a cancel request that is under way, and is then refused', async () => {
    const attempt = await jobs.running();
    const cancel = await rowlock.begin();
    await rowlock.engine.requestCancel(cancel.on, [attempt.id], 'not wanted');
    const retried = retry(attempt);
    await rowlock.blocked();
    await cancel.commit();
    expect(await retried).toEqual([]);
  });
});
