import { statement } from '../statement.js';
import { freeUniqueKeys, jobColumns, jobValues, pruneAt } from './job-columns.js';
import type { SettledRow } from './settle.js';
import { place, settledRow, takeAttempts } from './settle.js';

/**
 * Moves finished jobs with their results into the history. Locks the job rows, then unique keys; nobody else waits for
 * either. Beaten by a rescue or a cancel: the attempt is not among those accepted. Results come as one JSON array, whose
 * elements are found by their place without a walk over those before.
 */
export const completeJobs = statement<
  readonly [ids: readonly string[], tokens: readonly string[], results: string],
  SettledRow
>(
  'complete-jobs',
  ({ schema }) => `
with ${takeAttempts(schema, 'complete')},
${intoHistory(schema)},
freed as (${freeUniqueKeys(schema, 'gone')})
${settledRow('gone')}`,
);

/** The CTE `finished`: those of `gone` with their results, the JSON array of parameter 3, in the history. */
export function intoHistory(schema: string): string {
  return `finished as (
  insert into ${schema}.job_history (${jobColumns}, state, result, token, worker_id, claimed_at, finished_at, prune_at)
  select ${jobValues('g')}, 'completed', $3::jsonb -> (${place('g')} - 1), g.token, g.worker_id, g.claimed_at, ${schema}.clock(), ${pruneAt(schema, 'g')}
  from gone g
)`;
}
