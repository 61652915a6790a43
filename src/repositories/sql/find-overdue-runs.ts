import { statement } from '../statement.js';
import { millis } from './millis.js';

/**
 * Runs that somebody must see to: those that go on past their deadlines, the longest overdue first, and those that are
 * stopping and have jobs that nobody has asked to stop, or items that have not begun, because the process that stopped them died
 * before it could. A range of an index each, and a probe of each table for each run (`limit 1` sees to it). The limit is hidden
 * from the planner, which may else sort all that is due. Who stops them looks again, under their locks.
 */
export const findOverdueRuns = statement<
  readonly [limit: number],
  { readonly runId: string; readonly name: string; readonly timeoutMs: number; readonly stopping: boolean }
>(
  'find-overdue-runs',
  ({ schema }) => `
(select r.id as "runId", r.name, ${millis('r.deadline_at - coalesce(r.retried_at, r.created_at)')} as "timeoutMs", false as stopping
from ${schema}.pipeline_run r where r.state = 'running' and r.deadline_at <= ${schema}.clock()
order by r.deadline_at limit (select $1::int))
union all
(select r.id, r.name, 0, true from ${schema}.pipeline_run r
where r.state = 'stopping' and coalesce(
  (select j.id from ${schema}.job j where j.run_id = r.id and j.cancel_requested_at is null limit 1),
  (select w.id from ${schema}.job_waiting w where w.run_id = r.id limit 1),
  (select b.run_id from ${schema}.pipeline_backlog b where b.run_id = r.id limit 1)
) is not null
order by r.id limit (select $1::int))`,
);
