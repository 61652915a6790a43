import { setTimeout as delay } from 'node:timers/promises';
import { NotFoundError } from '../core/errors.js';
import type { JobState } from '../core/job-state.js';
import { isFinal } from '../core/job-state.js';
import { interruptible } from './interruptible.js';
import type { JobDetails } from './job-details.js';

/** A job as it was when something about it had changed. */
export interface JobEvent {
  readonly state: JobState;
  readonly attempt: number;
  /** What the handler last reported. */
  readonly progress: JobDetails['progress'];
}

const POLL_MS = { first: 50, last: 1_000 };

/**
 * How a job stands, and each change of its state, attempt or progress from then on, until it is over. Changes that
 * follow each other faster than they are looked for are seen as one.
 */
export function jobEvents(get: () => Promise<JobDetails | null>, id: string): AsyncIterableIterator<JobEvent> {
  return interruptible((signal) => follow(get, id, signal));
}

async function* follow(
  get: () => Promise<JobDetails | null>,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<JobEvent, undefined> {
  let last = '';
  for (let pause = POLL_MS.first; !signal.aborted; pause = Math.min(pause * 1.5, POLL_MS.last)) {
    const job = await get();
    if (!job) throw new NotFoundError('job', id);
    const { state, attempt, progress } = job;
    const seen = JSON.stringify([state, attempt, progress]);
    if (seen !== last) {
      yield { state, attempt, progress };
      pause = POLL_MS.first;
    }
    if (isFinal(state)) return;
    last = seen;
    await delay(pause, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}
