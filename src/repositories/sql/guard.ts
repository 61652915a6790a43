import type { JobState, Verb } from '../../core/job-state.js';
import { TRANSITIONS } from '../../core/job-state.js';

/** A job's table, and what its row says there, for each state: the one place that knows where a state lies. */
const PLACES: Readonly<
  Record<JobState, { readonly table: 'job' | 'job_waiting' | 'job_history'; readonly predicate: string }>
> = {
  available: { table: 'job', predicate: 'token is null' },
  running: { table: 'job', predicate: 'token is not null' },
  pending: { table: 'job_waiting', predicate: `state = 'pending'` },
  scheduled: { table: 'job_waiting', predicate: `state = 'scheduled'` },
  retryable: { table: 'job_waiting', predicate: `state = 'retryable'` },
  completed: { table: 'job_history', predicate: `state = 'completed'` },
  cancelled: { table: 'job_history', predicate: `state = 'cancelled'` },
  discarded: { table: 'job_history', predicate: `state = 'discarded'` },
};

/**
 * The guard of a verb in one table, rendered from TRANSITIONS: the states that the verb may leave and that lie there.
 * @example guard('promote', 'job_waiting', 'w') // (w.state = 'scheduled' or w.state = 'retryable')
 */
export function guard(verb: Verb, table: 'job' | 'job_waiting' | 'job_history', alias: string): string {
  const from: readonly JobState[] = TRANSITIONS[verb].from;
  const predicates = from
    .map((state) => PLACES[state])
    .filter((place) => place.table === table)
    .map(({ predicate }) => `${alias}.${predicate}`);
  if (predicates.length === 0) throw new Error(`${verb} never leaves a state of ${table}`);
  return `(${predicates.join(' or ')})`;
}
