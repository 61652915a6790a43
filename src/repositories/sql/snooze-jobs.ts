import { statement } from '../statement.js';
import { jobColumns, jobValues } from './job-columns.js';
import { dueAt } from './retry-jobs.js';
import type { SettledRow } from './settle.js';
import { given, NOT_CANCELLED, settledRow, takeAttempts } from './settle.js';

/** Puts jobs off because their handlers asked for it; the attempt is given back. Races as `complete-jobs`. */
export const snoozeJobs = statement<
  readonly [ids: readonly string[], tokens: readonly string[], delays: readonly number[], reasons: readonly string[]],
  SettledRow
>(
  'snooze-jobs',
  ({ schema }) => `
with ${takeAttempts(schema, 'snooze', NOT_CANCELLED)},
waiting as (
  insert into ${schema}.job_waiting (${jobColumns}, state, run_at)
  select ${jobValues('g', {
    attempt: 'greatest(g.attempt - 1, 0)',
    available_at: 'null',
    meta: `coalesce(g.meta, '{}') || jsonb_build_object('snoozed', coalesce((g.meta ->> 'snoozed')::int, 0) + 1, 'snoozeReason', ${given(4, 'text', 'g')})`,
  })}, 'scheduled', ${dueAt(schema)}
  from gone g
)
${settledRow('gone')}`,
);
