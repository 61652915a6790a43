import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/engine/attempt.js';
import { ending, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
/** @returns those of the attempts that were accepted */
const interrupt = async (...attempts: Attempt[]): Promise<Attempt[]> => {
  const endings = attempts.map((attempt) => ending(attempt, { verb: 'interrupt' }));
  return (await rowlock.engine.interrupt(rowlock.on, endings)).map(({ attempt }) => attempt);
};

describe('interrupt', () => {
  it('gives the attempt back and takes every mark of the claim off', async () => {
    const id = await jobs.enqueue();
    const before = await jobs.get(id);
    const [attempt] = await jobs.claim();
    expect(await interrupt(...(attempt ? [attempt] : []))).toEqual([attempt]);
    expect(await jobs.get(id)).toEqual(before);
  });

  it('keeps the place in the queue', async () => {
    const [first, second] = [await jobs.enqueue(), await jobs.enqueue()];
    const [attempt] = await jobs.claim({ limit: 1 });
    if (!attempt) throw new Error('it is claimable');
    await interrupt(attempt);
    expect((await jobs.claim()).map(({ id }) => id)).toEqual([first, second]);
  });

  it('keeps the lock key, so that nobody overtakes', async () => {
    const lockKey = 'page:1';
    const attempt = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    await interrupt(attempt);
    const claimed = [...(await jobs.claim()), ...(await jobs.claim({ queue: attempt.row.queue }))];
    expect(claimed.map(({ id }) => id)).toEqual([attempt.id]);
    expect((await jobs.get(waiting)).state).toBe('pending');
  });

  it('hands a batch back in one statement, and leaves what is no longer held', async () => {
    const attempts = [await jobs.running(), await jobs.running(), await jobs.running()];
    const [first, second, third] = attempts.reverse() as [Attempt, Attempt, Attempt];
    expect((await interrupt(first, jobs.stale(second), third)).map(({ id }) => id).toSorted()).toEqual(
      [first.id, third.id].toSorted(),
    );
    expect((await jobs.get(second.id)).state).toBe('running');
  });

  it('is refused for a job whose cancel was requested', async () => {
    const attempt = await jobs.running();
    await rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'not wanted');
    expect(await interrupt(attempt)).toEqual([]);
  });
});
