import { statement } from '../statement.js';
import { guard } from './guard.js';
import type { SettledRow } from './settle.js';
import { NOT_CANCELLED, settledRows } from './settle.js';

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
with input as materialized (
  select * from unnest($1::uuid[], $2::bigint[]) as i(id, token)
),
back as (
  update ${schema}.job j set token = null, worker_id = null, claimed_at = null, deadline_at = null,
    attempt = greatest(j.attempt - 1, 0)
  from input i
  where j.id = any($1::uuid[]) and j.id = i.id and j.token = i.token and ${guard('interrupt', 'job', 'j')} and ${NOT_CANCELLED}
  returning j.id, j.lock_key, j.run_id
),
notified as materialized (
  select case when $3::text is not null then pg_notify($3, '') end from back limit 1
)
${settledRows('back')} where (select count(*) from notified) >= 0`,
);
