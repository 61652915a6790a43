import { statement } from '../statement.js';
import { freeUniqueKeys, jobColumns, jobValues, pruneAt } from './job-columns.js';
import type { SettledRow } from './settle.js';
import { given, settledRow, takeAttempts } from './settle.js';

/** The verb `cancel` for attempts that their own worker ended, on request or by their handler. Races as `complete-jobs`. */
export const cancelAttempts = statement<
  readonly [ids: readonly string[], tokens: readonly string[], reasons: readonly string[]],
  SettledRow
>(
  'cancel-attempts',
  ({ schema }) => `
with ${takeAttempts(schema, 'cancel')},
finished as (
  insert into ${schema}.job_history (${jobColumns}, state, reason, token, worker_id, claimed_at, finished_at, prune_at)
  select ${jobValues('g', { attempt: 'least(g.attempt, g.max_attempts)' })}, 'cancelled',
    coalesce(g.cancel_reason, ${given(3, 'text', 'g')}), g.token, g.worker_id, g.claimed_at, ${schema}.clock(), ${pruneAt(schema, 'g')}
  from gone g
),
freed as (${freeUniqueKeys(schema, 'gone')})
${settledRow('gone')}`,
);
