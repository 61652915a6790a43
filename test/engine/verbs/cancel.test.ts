import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/engine/attempt.js';
import type { StatementRunner } from '../../../src/repositories/session.js';
import { ending, failed, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const request = (
  ids: readonly string[],
  on: StatementRunner = rowlock.on,
): ReturnType<typeof rowlock.engine.requestCancel> => rowlock.engine.requestCancel(on, ids, 'not wanted');
const confirm = (attempt: Attempt): ReturnType<typeof rowlock.engine.cancel> =>
  rowlock.engine.cancel(rowlock.on, [ending(attempt, { verb: 'cancel', reason: 'its handler said so' })]);

describe('a cancel on request', () => {
  it('ends at once whatever is not running, and keeps what is known of it', async () => {
    const states = ['pending', 'scheduled', 'available', 'retryable'] as const;
    const ids = await Promise.all(states.map((state) => jobs.inState(state, { queue: state, tags: ['kept'] })));
    const rows = await request(ids);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
    for (const id of ids)
      expect(await jobs.get(id)).toMatchObject({ state: 'cancelled', reason: 'not wanted', tags: ['kept'] });
  });

  it('marks a running job, which its worker then ends for the reason of the request', async () => {
    const attempt = await jobs.running();
    expect(await request([attempt.id])).toMatchObject([{ outcome: 'requested' }]);
    expect((await jobs.get(attempt.id)).state).toBe('running');
    expect(await confirm(attempt)).toHaveLength(1);
    expect(await jobs.get(attempt.id)).toMatchObject({
      state: 'cancelled',
      reason: 'not wanted',
      token: attempt.token,
    });
  });

  it('keeps the reason of the first request', async () => {
    const attempt = await jobs.running();
    await request([attempt.id]);
    await rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'another reason');
    await confirm(attempt);
    expect((await jobs.get(attempt.id))['reason']).toBe('not wanted');
  });

  it('frees the unique key of what ended, and leaves that of what runs', async () => {
    const unique = { scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;
    const waiting = await jobs.enqueue({ delayMs: 60_000, unique: { ...unique, key: 'waiting' } });
    const running = await jobs.running({ unique: { ...unique, key: 'running' } });
    await request([waiting, running.id]);
    expect(await rowlock.query('select key from $s.unique_key')).toEqual([{ key: 'running' }]);
  });

  it('says which lock keys are to be passed on', async () => {
    const lockKey = 'page:1';
    const attempt = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    await jobs.claim();
    await rowlock.engine.interrupt(rowlock.on, [ending(attempt, { verb: 'interrupt' })]);
    await rowlock.engine.release(rowlock.on, await request([attempt.id]));
    expect((await jobs.get(waiting)).state).toBe('available');
  });

  it('counts no more attempts than were allowed, though dead workers made it be claimed once more', async () => {
    const attempt = await jobs.running({ maxAttempts: 1 });
    const lose = async (): Promise<unknown> => {
      await rowlock.query(`update $s.worker set heartbeat_at = '-infinity'`);
      return rowlock.engine.rescue(rowlock.on, 10);
    };
    await lose();
    await jobs.claim({ queue: attempt.row.queue });
    await lose();
    await request([attempt.id]);
    expect(await jobs.get(attempt.id)).toMatchObject({ state: 'cancelled', attempt: 1 });
  });

  it('forgets a request when the attempt is over before its worker heard of it', async () => {
    const attempt = await jobs.running({ maxAttempts: 1 });
    await request([attempt.id]);
    await rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: '1' })]);
    await rowlock.engine.redrive(rowlock.on, [attempt.id]);
    const [again] = await jobs.claim({ queue: attempt.row.queue });
    if (!again) throw new Error('it is claimable');
    expect(await rowlock.engine.retry(rowlock.on, [ending(again, failed())])).toHaveLength(1);
  });
});

describe('a cancel and a claim at once', () => {
  it('F-39 turns into a request if the claim was first', async () => {
    const id = await jobs.enqueue();
    const claim = await rowlock.begin();
    await jobs.claim({}, claim.on);
    const cancel = request([id]);
    await rowlock.blocked();
    await claim.commit();
    expect(await cancel).toMatchObject([{ id, outcome: 'requested' }]);
  });

  it('ends the job if the claim is rolled back', async () => {
    const id = await jobs.enqueue();
    const claim = await rowlock.begin();
    await jobs.claim({}, claim.on);
    const cancel = request([id]);
    await rowlock.blocked();
    await claim.rollback();
    expect(await cancel).toMatchObject([{ id, outcome: 'cancelled' }]);
  });

  it('F-39 is skipped by the claim if it was first', async () => {
    const id = await jobs.enqueue();
    const cancel = await rowlock.begin();
    await request([id], cancel.on);
    expect(await jobs.claim()).toEqual([]);
    await cancel.commit();
    expect(await jobs.claim()).toEqual([]);
    expect((await jobs.get(id)).state).toBe('cancelled');
  });

  it('leaves the job to the next claim if it is rolled back', async () => {
    const id = await jobs.enqueue();
    const cancel = await rowlock.begin();
    await request([id], cancel.on);
    await cancel.rollback();
    expect((await jobs.claim()).map((attempt) => attempt.id)).toEqual([id]);
  });
});

describe('two cancels of the same jobs', () => {
  it('wait for each other, whatever the order in which they name them, and end each job once', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => jobs.enqueue()));
    const [forth, back] = await Promise.all([request(ids), request(ids.toReversed())]);
    expect([...forth, ...back].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });
});

describe('a cancel by the attempt itself', () => {
  it('stores the reason that the handler gave', async () => {
    const attempt = await jobs.running();
    await confirm(attempt);
    expect(await jobs.get(attempt.id)).toMatchObject({ state: 'cancelled', reason: 'its handler said so', attempt: 1 });
  });

  it('counts no more attempts than were allowed', async () => {
    const attempt = await jobs.running({ maxAttempts: 1 });
    await rowlock.query(`update $s.worker set heartbeat_at = '-infinity'`);
    await rowlock.engine.rescue(rowlock.on, 10);
    const [again] = await jobs.claim({ queue: attempt.row.queue });
    if (!again) throw new Error('it is claimable');
    await confirm(again);
    expect((await jobs.get(attempt.id)).attempt).toBe(1);
  });
});
