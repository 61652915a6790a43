import { statement } from '../statement.js';

/**
 * Runs that go on past their deadlines, the longest overdue first: a range of the index on these. The limit is hidden from
 * the planner, which may else sort all that is due. Who stops them looks again, under their locks.
 */
export const findExpiredRuns = statement<
  readonly [limit: number],
  { readonly runId: string; readonly name: string; readonly timeoutMs: number }
>(
  'find-expired-runs',
  ({ schema }) => `
select r.id as "runId", r.name, (extract(epoch from r.deadline_at - coalesce(r.retried_at, r.created_at)) * 1000)::float8 as "timeoutMs"
from ${schema}.pipeline_run r where r.state = 'running' and r.deadline_at <= ${schema}.clock()
order by r.deadline_at limit (select $1::int)`,
);
