import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { guard } from './guard.js';
import { freeUniqueKeys, jobColumns, jobValues, pruneAt } from './job-columns.js';

/**
 * Cancels jobs on request. Those that wait or are available end here; a running one is only marked, and its worker,
 * which is told, ends it: until then its lock key stays taken, because its handler may still be at work.
 *
 * Races: rows of `job` are locked first and judged by their newest version, so a claim in flight turns the cancel into a
 * request. A job that moves to another table at this moment is in neither; the caller asks again for ids not returned.
 */
export const cancelJobs = statement<
  readonly [ids: readonly string[], reason: string, channel: string | null],
  CancelledRow
>(
  'cancel-jobs',
  ({ schema }) => `
with held as materialized (
  select j.id, j.token from ${schema}.job j where j.id = ${anyOf(1, 'uuid')} order by j.id for update
),
requested as (
  update ${schema}.job j set cancel_requested_at = coalesce(j.cancel_requested_at, ${schema}.clock()),
    cancel_reason = coalesce(j.cancel_reason, $2::text)
  from held h where j.id = h.id and h.token is not null
  returning j.id, j.lock_key, j.run_id
),
available as (
  delete from ${schema}.job j using held h where j.id = h.id and h.token is null returning j.*
),
waiting as (
  delete from ${schema}.job_waiting w where w.id = ${anyOf(1, 'uuid')} and ${guard('cancel', 'job_waiting', 'w')} returning w.*
),
gone as materialized (
  select ${jobValues('a')} from available a union all select ${jobValues('w')} from waiting w
),
finished as (
  insert into ${schema}.job_history (${jobColumns}, state, reason, finished_at, prune_at)
  select ${jobValues('g', { attempt: 'least(g.attempt, g.max_attempts)' })}, 'cancelled', $2::text, ${schema}.clock(), ${pruneAt(schema, 'g')} from gone g
),
freed as (${freeUniqueKeys(schema, 'gone')}),
notified as materialized (
  select case when $3::text is not null then pg_notify($3, '') end from requested limit 1
)
select id, 'cancelled' as outcome, lock_key as "lockKey", run_id as "runId" from gone
union all
select id, 'requested', lock_key, run_id from requested where (select count(*) from notified) >= 0`,
);

/** A job that a cancel found unfinished. */
export interface CancelledRow {
  readonly id: string;
  /** `requested`: it runs, and its worker has been told. */
  readonly outcome: 'cancelled' | 'requested';
  readonly lockKey: string | null;
  readonly runId: string | null;
}
