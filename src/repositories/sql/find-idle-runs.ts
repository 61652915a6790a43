import { statement } from '../statement.js';

/**
 * Those of the runs of which no step has jobs left. The caller holds their rows, so that it stays so. A probe for each
 * run, whatever the statistics say.
 */
export const findIdleRuns = statement<readonly [runIds: readonly string[]], { readonly runId: string }>(
  'find-idle-runs',
  ({ schema }) => `
select r.id as "runId" from unnest($1::uuid[]) as r(id)
cross join lateral (
  select coalesce(sum(s.remaining), 0) as remaining from ${schema}.pipeline_step s where s.run_id = r.id offset 0
) s
where s.remaining = 0`,
);
