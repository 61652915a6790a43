import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { attemptError } from '../../../src/core/attempt-error.js';
import type { JobState, Verb } from '../../../src/core/job-state.js';
import { isFinal, JOB_STATES, TRANSITIONS } from '../../../src/core/job-state.js';
import type { Attempt } from '../../../src/engine/attempt.js';
import { acquireLock } from '../../../src/repositories/sql/acquire-lock.js';
import { ending, failed, JobsAt, type StoredJob } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const HOUR = 3_600_000;

/** Does what the verb's caller does, to a job in whatever state. */
type Perform = (job: StoredJob, last: Attempt) => Promise<unknown>;

const PERFORM: Readonly<Record<Exclude<Verb, 'enqueue'>, Perform>> = {
  release: ({ lock_key }) => rowlock.engine.passLockKeys(rowlock.on, [String(lock_key)]),
  promote: async () => {
    await rowlock.moveClock(2 * HOUR);
    await rowlock.engine.promote(rowlock.on, 100);
  },
  claim: ({ queue }) => jobs.claim({ queue: String(queue) }),
  park: async ({ queue, lock_key }) => {
    await rowlock.on.run(acquireLock, [String(lock_key), 'a holder', HOUR]);
    await jobs.claim({ queue: String(queue) });
  },
  complete: (_, last) => rowlock.engine.complete(rowlock.on, [ending(last, { verb: 'complete', result: '1' })]),
  retry: (_, last) => rowlock.engine.retry(rowlock.on, [ending(last, failed())]),
  snooze: (_, last) =>
    rowlock.engine.snooze(rowlock.on, [
      ending(last, { verb: 'snooze', delayMs: HOUR, reason: 'later', waitsFor: null }),
    ]),
  interrupt: (_, last) => rowlock.engine.interrupt(rowlock.on, [ending(last, { verb: 'interrupt' })]),
  discard: (_, last) =>
    rowlock.engine.discard(rowlock.on, [ending(last, { verb: 'discard', error: attemptError('no', 1) })]),
  rescue: async () => {
    await rowlock.query(`update $s.worker set heartbeat_at = '-infinity'`);
    await rowlock.engine.rescue(rowlock.on, 100);
  },
  cancel: async ({ id, state }, last) => {
    if (state !== 'running') await rowlock.engine.requestCancel(rowlock.on, [id], 'not wanted');
    await rowlock.engine.cancel(rowlock.on, [ending(last, { verb: 'cancel', reason: 'not wanted' })]);
  },
  reschedule: ({ id }) => rowlock.engine.reschedule(rowlock.on, [id], { runAt: null, delayMs: HOUR }),
  redrive: ({ id }) => rowlock.engine.redrive(rowlock.on, [id]),
  prune: async () => {
    await rowlock.moveClock(8 * 24 * HOUR);
    await rowlock.engine.prune(rowlock.on, 100);
  },
};

const storedJob = async (id: string): Promise<StoredJob | null> => {
  const [row] = await rowlock.query<StoredJob>('select * from $s.jobs where id = $1', [id]);
  return row ?? null;
};

/** A job of that state that no other verb of the test can touch: a queue of its own, and a lock key that is free. */
async function jobIn(state: JobState): Promise<StoredJob> {
  const id = await jobs.inState(state, { queue: `q${uuid()}`, lockKey: `key ${uuid()}` });
  if (isFinal(state) || state === 'retryable') await rowlock.query('delete from $s.lock');
  return jobs.get(id);
}

describe.each(Object.keys(PERFORM) as (keyof typeof PERFORM)[])('%s', (verb) => {
  const from: readonly JobState[] = TRANSITIONS[verb].from;
  const to: readonly JobState[] = TRANSITIONS[verb].to;

  it.each(from)('leads from %s where the table of transitions says', async (state) => {
    const before = await jobIn(state);
    expect(before.state).toBe(state);
    await PERFORM[verb](before, await jobs.lastAttempt(before.id));
    const after = await storedJob(before.id);
    if (to.length === 0) expect(after).toBeNull();
    else expect(to).toContain(after?.state);
  });

  const others = (Object.keys(JOB_STATES) as JobState[]).filter((state) => !from.includes(state));
  it.each(others)('leaves a job that is %s as it is', async (state) => {
    const before = await jobIn(state);
    expect(before.state).toBe(state);
    await PERFORM[verb](before, await jobs.lastAttempt(before.id));
    expect(await storedJob(before.id)).toEqual(before);
  });

  if (TRANSITIONS[verb].fenced && verb !== 'rescue') {
    it('F-9 changes nothing for an attempt that is no longer the newest', async () => {
      const attempt = await jobs.running();
      const before = await jobs.get(attempt.id);
      expect(await PERFORM[verb](before, jobs.stale(attempt))).toEqual([]);
      expect(await jobs.get(attempt.id)).toEqual(before);
    });
  }
});
