import { statement } from '../statement.js';

/**
 * Removes what retention no longer keeps and no day partition held, and locks that ran out and for which nobody waits: a
 * batch of rows, those that others hold left out.
 * Ranges of the indexes on when each is due, oldest first. The limit is hidden from the planner, which may else sort all
 * that is due; rows are deleted where they were found, for they are locked and stay there.
 */
export const pruneJobs = statement<
  readonly [limit: number],
  { readonly jobs: number; readonly keys: number; readonly locks: number; readonly runs: number }
>(
  'prune-jobs',
  ({ schema }) => `
with old_jobs as (
  delete from ${schema}.job_history_default h where h.ctid = any(array(
    select ctid from ${schema}.job_history_default where prune_at <= ${schema}.clock() order by prune_at limit (select $1::int) for update skip locked))
  returning 1
),
old_keys as (
  delete from ${schema}.unique_key k where k.ctid = any(array(
    select ctid from ${schema}.unique_key where expires_at <= ${schema}.clock() order by expires_at limit (select $1::int) for update skip locked))
  returning 1
),
old_locks as (
  delete from ${schema}.lock l where l.ctid = any(array(
    select l.ctid from ${schema}.lock l where l.expires_at <= ${schema}.clock()
      and (select w.id from ${schema}.job_waiting w where w.state = 'pending' and w.lock_key = l.key limit 1) is null
    order by l.expires_at limit (select $1::int) for update skip locked))
  returning 1
),
due_runs as materialized (
  select id from ${schema}.pipeline_run where prune_at <= ${schema}.clock() order by prune_at limit (select $1::int) for update skip locked
),
old_items as (
  delete from ${schema}.pipeline_item i where i.run_id = any(array(select id from due_runs))
),
old_waits as (
  delete from ${schema}.pipeline_wait w where w.run_id = any(array(select id from due_runs))
),
old_steps as (
  delete from ${schema}.pipeline_step s where s.run_id = any(array(select id from due_runs))
),
old_runs as (
  delete from ${schema}.pipeline_run r where r.id = any(array(select id from due_runs)) returning 1
)
select (select count(*) from old_jobs)::int as jobs, (select count(*) from old_keys)::int as keys,
  (select count(*) from old_locks)::int as locks, (select count(*) from old_runs)::int as runs`,
);
