import { statement } from '../statement.js';
import { appendError, freeUniqueKeys, jobColumns, jobValues, pruneAt } from './job-columns.js';
import type { SettledRow } from './settle.js';
import { given, settledRow, takeAttempts } from './settle.js';

/** Moves jobs that are given up into the history as dead letters, their last error with them. Races as `complete-jobs`. */
export const discardJobs = statement<
  readonly [ids: readonly string[], tokens: readonly string[], errors: readonly string[]],
  SettledRow
>(
  'discard-jobs',
  ({ schema }) => `
with ${takeAttempts(schema, 'discard')},
finished as (
  insert into ${schema}.job_history (${jobColumns}, state, reason, token, worker_id, claimed_at, finished_at, prune_at)
  select ${jobValues('g', { errors: appendError('g.errors', `${given(3, 'text', 'g')}::jsonb`), attempt: 'least(g.attempt, g.max_attempts)' })},
    'discarded', ${given(3, 'text', 'g')}::jsonb ->> 'message', g.token, g.worker_id, g.claimed_at, ${schema}.clock(), ${pruneAt(schema, 'g')}
  from gone g
),
freed as (${freeUniqueKeys(schema, 'gone')})
${settledRow('gone')}`,
);
