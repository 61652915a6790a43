import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/engine/attempt.js';
import { ending, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const snooze = (
  attempt: Attempt,
  delayMs = 0,
  reason = 'the shop is closed',
): ReturnType<typeof rowlock.engine.snooze> =>
  rowlock.engine.snooze(rowlock.on, [ending(attempt, { verb: 'snooze', delayMs, reason, waitsFor: null })]);

describe('snooze', () => {
  it('gives the attempt back, and is due after the delay', async () => {
    const attempt = await jobs.running();
    await snooze(attempt, 60_000);
    const job = await jobs.get(attempt.id);
    expect(job).toMatchObject({ state: 'scheduled', attempt: 0, token: null, errors: null });
    const wait = await rowlock.value<number>(
      'select extract(epoch from run_at - $s.clock())::float8 from $s.job_waiting',
    );
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
  });

  it('may go on for ever, and counts how often', async () => {
    const id = await jobs.enqueue({ maxAttempts: 1 });
    for (let n = 1; n <= 5; n++) {
      const [attempt] = await jobs.claim();
      if (!attempt) throw new Error('it is claimable');
      expect(attempt.row.attempt).toBe(1);
      await snooze(attempt, 0, `time ${n}`);
      await rowlock.engine.promote(rowlock.on, 10);
    }
    expect(await jobs.get(id)).toMatchObject({ attempt: 0, meta: { snoozed: 5, snoozeReason: 'time 5' } });
  });

  it('is refused for a job whose cancel was requested', async () => {
    const attempt = await jobs.running();
    await rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'not wanted');
    expect(await snooze(attempt)).toEqual([]);
    expect((await jobs.get(attempt.id)).state).toBe('running');
  });
});
