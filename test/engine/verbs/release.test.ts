import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/engine/attempt.js';
import { acquireLock } from '../../../src/repositories/sql/acquire-lock.js';
import { ending, failed, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const lockKey = 'page:1';
const holders = (): Promise<readonly { key: string; job_id: string | null }[]> =>
  rowlock.query('select key, job_id from $s.lock order by key');
const release = ({ id }: { readonly id: string }): ReturnType<typeof rowlock.engine.release> =>
  rowlock.engine.release(rowlock.on, [{ id, lockKey }]);

/** One job that runs, and others of its key that are parked behind it. */
async function runningWithWaiters(count: number): Promise<{ running: Attempt; waiters: string[] }> {
  const running = await jobs.running({ lockKey });
  const waiters: string[] = [];
  for (let n = 0; n < count; n++) waiters.push(await jobs.enqueue({ lockKey }));
  await jobs.claim();
  return { running, waiters };
}

const complete = (attempt: Attempt): Promise<unknown> =>
  rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: '1' })]);

describe('release', () => {
  it('passes the key on to whoever was enqueued first, one after the other', async () => {
    const { running, waiters } = await runningWithWaiters(12);
    let attempt = running;
    for (const waiter of waiters) {
      await complete(attempt);
      const [released] = await release(attempt);
      const job = await jobs.get(waiter);
      expect(released).toEqual({ queue: 'default', priority: 5, seq: job.seq });
      expect(job).toMatchObject({ state: 'available', attempt: 0 });
      expect(await holders()).toEqual([{ key: lockKey, job_id: waiter }]);
      const [next, ...others] = await jobs.claim();
      if (!next || others.length > 0) throw new Error('one job of the key is claimable at a time');
      attempt = next;
    }
  });

  it('frees a key that nobody waits for', async () => {
    const { running } = await runningWithWaiters(0);
    await complete(running);
    expect(await release(running)).toEqual([]);
    expect(await holders()).toEqual([]);
  });

  it('leaves a key that has passed to somebody else', async () => {
    const { running, waiters } = await runningWithWaiters(2);
    await complete(running);
    await release(running);
    expect(await release(running)).toEqual([]);
    expect(await holders()).toEqual([{ key: lockKey, job_id: waiters[0] }]);
  });

  it('leaves a key that a holder of `Locks` has', async () => {
    await rowlock.on.run(acquireLock, [lockKey, 'somebody', 60_000]);
    expect(await release({ id: await jobs.enqueue({ lockKey }) })).toEqual([]);
    expect(await holders()).toEqual([{ key: lockKey, job_id: null }]);
  });

  it('passes over a waiter that is being cancelled, and comes back to it if that is rolled back', async () => {
    const { running, waiters } = await runningWithWaiters(2);
    const cancel = await rowlock.begin();
    await rowlock.engine.requestCancel(cancel.on, [waiters[0] ?? ''], 'not wanted');
    await complete(running);
    await release(running);
    expect(await holders()).toEqual([{ key: lockKey, job_id: waiters[1] }]);
    await cancel.rollback();
    const [second] = await jobs.claim();
    if (!second) throw new Error('the second waiter is claimable');
    await complete(second);
    await release(second);
    expect(await holders()).toEqual([{ key: lockKey, job_id: waiters[0] }]);
  });

  it('passes the key on when its job is put off, which then waits its turn like any other', async () => {
    const { running, waiters } = await runningWithWaiters(1);
    await rowlock.engine.retry(rowlock.on, [ending(running, failed())]);
    await release(running);
    await rowlock.engine.promote(rowlock.on, 10);
    expect(await holders()).toEqual([{ key: lockKey, job_id: waiters[0] }]);
    const claimed = await jobs.claim();
    expect(claimed.map(({ id }) => id)).toEqual(waiters);
  });
});
