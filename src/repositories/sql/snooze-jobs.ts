import { statement } from '../statement.js';
import { jobColumns, jobValues } from './job-columns.js';
import { dueAt } from './retry-jobs.js';
import type { SettledRow } from './settle.js';
import { given, NOT_CANCELLED, settledRow, takeAttempts } from './settle.js';

/**
 * Puts jobs off because their handlers asked for it; the attempt is given back. Races as `complete-jobs`. One that waits for
 * a signal that has been sent meanwhile is due at once, or for a child run that has ended; its row is held by `hold-attempts`,
 * and that of what its step waits for by `hold-waits`, so nothing comes in between.
 */
export const snoozeJobs = statement<
  readonly [
    ids: readonly string[],
    tokens: readonly string[],
    delays: readonly number[],
    reasons: readonly string[],
    signals: readonly (string | null)[],
  ],
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
    meta: `(coalesce(g.meta, '{}') - 'waitsFor') || jsonb_build_object('snoozed', coalesce((g.meta ->> 'snoozed')::int, 0) + 1,
      'snoozeReason', ${given(4, 'text', 'g')}) || case when ${given(5, 'text', 'g')} is null then '{}'
        else jsonb_build_object('waitsFor', ${given(5, 'text', 'g')}) end`,
  })}, 'scheduled', case when ${given(5, 'text', 'g')} is not null and exists (
    select from ${schema}.signal s where s.job_id = g.id and s.name = ${given(5, 'text', 'g')} and s.refused is null
  ) or ${given(5, 'text', 'g')} is not null and exists (
    select from ${schema}.pipeline_wait p where p.run_id = g.run_id and p.step = g.step and p.outcome is not null
  ) or ${given(5, 'text', 'g')} is not null and exists (
    select from ${schema}.pipeline_run c where c.id = g.id and c.finished_at is not null
  ) then ${schema}.clock() else ${dueAt(schema)} end
  from gone g
)
${settledRow('gone')}`,
);
