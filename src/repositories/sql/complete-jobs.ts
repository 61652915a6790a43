import { statement } from '../statement.js';
import { freeUniqueKeys, jobColumns, jobValues, pruneAt } from './job-columns.js';
import type { SettledRow } from './settle.js';
import { given, settledRows, takeAttempts } from './settle.js';

/**
 * Moves finished jobs with their results into the history. Locks the job rows, then unique keys; nobody else waits for
 * either. Beaten by a rescue or a cancel: the job is not among the rows returned.
 */
export const completeJobs = statement<
  readonly [ids: readonly string[], tokens: readonly string[], results: readonly string[]],
  SettledRow
>(
  'complete-jobs',
  ({ schema }) => `
with ${takeAttempts(schema, 'complete')},
finished as (
  insert into ${schema}.job_history (${jobColumns}, state, result, token, worker_id, claimed_at, finished_at, prune_at)
  select ${jobValues('g')}, 'completed', ${given(3, 'text', 'g')}::jsonb, g.token, g.worker_id, g.claimed_at, ${schema}.clock(), ${pruneAt(schema, 'g')}
  from gone g
),
freed as (${freeUniqueKeys(schema, 'gone')})
${settledRows('gone')}`,
);
