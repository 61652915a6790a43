import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/**
 * Jobs of runs that are stopping, which nobody has asked to stop yet. One that waits for a child run is left to the end of that,
 * so that the child is undone before what came before it. Undo jobs are never among them: they begin in the
 * transaction by which their run is no longer `stopping`, and one snapshot sees both. A probe of each table for each run.
 */
export const findStoppedJobs = statement<
  readonly [runIds: readonly string[], limit: number],
  { readonly id: string; readonly reason: string }
>(
  'find-stopped-jobs',
  ({ schema }) => `
with stopping as materialized (
  select r.id, r.error ->> 'message' as reason from ${schema}.pipeline_run r
  where r.id = ${anyOf(1, 'uuid')} and r.state = 'stopping'
)
select j.id, s.reason from stopping s
cross join lateral (
  (select j.id from ${schema}.job j where j.run_id = s.id and j.cancel_requested_at is null
    and ${hasNoChild(schema, 'j')} limit $2)
  union all
  (select w.id from ${schema}.job_waiting w where w.run_id = s.id and ${hasNoChild(schema, 'w')} limit $2)
) j
limit $2`,
);

/** A child run has the id of the job that started it. A value, and not `not exists`, which the planner may make a join with all runs. */
const hasNoChild = (schema: string, alias: string): string =>
  `coalesce((select c.finished_at is not null from ${schema}.pipeline_run c where c.id = ${alias}.id), true)`;
