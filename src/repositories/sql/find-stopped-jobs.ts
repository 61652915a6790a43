import { statement } from '../statement.js';

/**
 * Jobs of runs that are stopping, which nobody has asked to stop yet. Undo jobs are never among them: they begin in the
 * transaction by which their run is no longer `stopping`, and one snapshot sees both.
 */
export const findStoppedJobs = statement<
  readonly [runIds: readonly string[], limit: number],
  { readonly id: string; readonly reason: string }
>(
  'find-stopped-jobs',
  ({ schema }) => `
with stopping as materialized (
  select r.id, r.error ->> 'message' as reason from ${schema}.pipeline_run r
  where r.id = any($1::uuid[]) and r.state = 'stopping'
),
found as (
  (select j.id, j.run_id from ${schema}.job j
    where j.run_id = any(array(select id from stopping)) and j.cancel_requested_at is null limit $2)
  union all
  (select w.id, w.run_id from ${schema}.job_waiting w
    where w.run_id = any(array(select id from stopping)) limit $2)
)
select f.id, s.reason from found f join stopping s on s.id = f.run_id limit $2`,
);
