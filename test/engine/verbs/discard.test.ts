import { describe, expect, it } from '@jest/globals';
import { attemptError } from '../../../src/core/attempt-error.js';
import type { Attempt } from '../../../src/engine/attempt.js';
import { ending, failed, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const discard = (attempt: Attempt, message = 'hopeless'): ReturnType<typeof rowlock.engine.discard> =>
  rowlock.engine.discard(rowlock.on, [
    ending(attempt, { verb: 'discard', error: attemptError(new Error(message), 2) }),
  ]);

describe('discard', () => {
  it('makes a dead letter with all its errors, the last one as the reason', async () => {
    const first = await jobs.running();
    await rowlock.engine.retry(rowlock.on, [ending(first, failed(0, 'once'))]);
    await rowlock.engine.promote(rowlock.on, 10);
    const [second] = await jobs.claim({ queue: first.row.queue });
    if (!second) throw new Error('it is claimable');
    await discard(second, 'twice');
    expect(await jobs.get(first.id)).toMatchObject({
      state: 'discarded',
      attempt: 2,
      reason: 'twice',
      result: null,
      token: second.token,
      errors: [{ message: 'once' }, { message: 'twice' }],
    });
  });

  it('counts no more attempts than were allowed, though a dead worker made it be claimed once more', async () => {
    const first = await jobs.running({ maxAttempts: 1 });
    await rowlock.query(`update $s.worker set heartbeat_at = '-infinity'`);
    await rowlock.engine.rescue(rowlock.on, 10);
    const [second] = await jobs.claim({ queue: first.row.queue });
    if (!second) throw new Error('it is claimable');
    expect(second.row).toMatchObject({ id: first.id, attempt: 2, maxAttempts: 1 });
    await discard(second);
    expect(await jobs.get(first.id)).toMatchObject({ state: 'discarded', attempt: 1 });
  });

  it('frees the unique key, so that the work can be enqueued again', async () => {
    const unique = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;
    await discard(await jobs.running({ unique }));
    expect(await rowlock.query('select key from $s.unique_key')).toEqual([]);
  });
});
