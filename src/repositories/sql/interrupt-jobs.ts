import { statement } from '../statement.js';
import type { SettledRow } from './settle.js';
import { fenced, given, NOT_CANCELLED, settledRow } from './settle.js';

/**
 * Hands attempts back that a worker cannot finish because it shuts down, or never started; the attempt is not charged.
 * The job keeps its place in the queue, and its lock key, so that nobody overtakes it.
 */
export const interruptJobs = statement<
  readonly [ids: readonly string[], tokens: readonly string[], channel: string | null],
  SettledRow
>(
  'interrupt-jobs',
  ({ schema }) => `
with back as (
  update ${schema}.job j set token = null, worker_id = null, claimed_at = null, deadline_at = null,
    attempt = greatest(j.attempt - 1, 0)
  where ${fenced('interrupt', NOT_CANCELLED)}
  returning j.id
),
notified as materialized (
  select case when $3::text is not null then pg_notify($3, '') end from back limit 1
)
${settledRow('back', given(2, 'bigint', 'back'))} from (select count(*) from notified) n`,
);
