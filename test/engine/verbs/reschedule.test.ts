import { describe, expect, it } from '@jest/globals';
import { TRANSITIONS } from '../../../src/core/job-state.js';
import type { StatementRunner } from '../../../src/repositories/session.js';
import { ending, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const reschedule = (
  ids: readonly string[],
  delayMs: number,
  on: StatementRunner = rowlock.on,
): Promise<readonly { id: string }[]> =>
  // prettier-ignore
  rowlock.engine.reschedule(on, ids, { runAt: null, delayMs });
const runAt = (id: string): Promise<Date> => rowlock.value('select run_at from $s.job_waiting where id = $1', [id]);

describe('reschedule', () => {
  it('sets one time for what has not started, or waits for its next attempt', async () => {
    const ids: string[] = [];
    for (const state of TRANSITIONS.reschedule.from) ids.push(await jobs.inState(state));
    expect((await reschedule(ids, 60_000)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect((await jobs.get(id)).state).toBe('scheduled');
    const [first, ...others] = await Promise.all(ids.map((id) => runAt(id)));
    for (const other of others) expect(other).toEqual(first);
  });

  it('sets a given moment, and one that has passed means at once', async () => {
    const id = await jobs.enqueue({ delayMs: 60_000 });
    await rowlock.engine.reschedule(rowlock.on, [id], { runAt: '2001-01-01T00:00:00Z', delayMs: null });
    expect((await rowlock.engine.promote(rowlock.on, 10)).promoted).toBe(1);
  });

  it('keeps the attempts and errors of a failed job', async () => {
    const id = await jobs.inState('retryable');
    const { errors, attempt } = await jobs.get(id);
    await reschedule([id], 60_000);
    expect(await jobs.get(id)).toMatchObject({ errors, attempt });
  });

  it('gives up a lock key that the job holds', async () => {
    const lockKey = 'page:1';
    const attempt = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    await jobs.claim();
    await rowlock.engine.interrupt(rowlock.on, [ending(attempt, { verb: 'interrupt' })]);
    const rows = await rowlock.engine.reschedule(rowlock.on, [attempt.id], { runAt: null, delayMs: 60_000 });
    await rowlock.engine.release(rowlock.on, rows);
    expect((await jobs.get(waiting)).state).toBe('available');
  });

  it('is refused for a job that a claim under way takes', async () => {
    const id = await jobs.enqueue();
    const claim = await rowlock.begin();
    await jobs.claim({}, claim.on);
    const rescheduled = reschedule([id], 60_000);
    await rowlock.blocked();
    await claim.commit();
    expect(await rescheduled).toEqual([]);
  });

  it('is skipped by a claim if it was first', async () => {
    const id = await jobs.enqueue();
    const open = await rowlock.begin();
    await reschedule([id], 60_000, open.on);
    expect(await jobs.claim()).toEqual([]);
    await open.commit();
    expect(await jobs.claim()).toEqual([]);
  });

  it('finds nothing here while its job is being promoted, and has to ask again', async () => {
    const id = await jobs.enqueue({ delayMs: 1 });
    await rowlock.moveClock(10);
    const open = await rowlock.begin();
    await rowlock.engine.promote(open.on, 10);
    const rescheduled = reschedule([id], 60_000);
    await rowlock.blocked();
    await open.commit();
    expect(await rescheduled).toEqual([]);
    expect(await reschedule([id], 60_000)).toHaveLength(1);
  });
});
