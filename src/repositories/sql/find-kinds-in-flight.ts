import { statement } from '../statement.js';

/**
 * The names and payload versions of all jobs that are not over, with how many there are, and of items that have not begun: one
 * pass over the tables, because nothing may be missed, and no index that claims would feed is worth a question that is asked
 * once a deploy.
 */
export const findJobKinds = statement<
  readonly [],
  { readonly name: string; readonly version: number; readonly jobs: number }
>(
  'find-job-kinds',
  ({ schema }) => `
select j.name, coalesce(j.payload_version, 1)::int as version, count(*)::int as jobs from (
  select name, payload_version from ${schema}.job
  union all
  select name, payload_version from ${schema}.job_waiting
  union all
  select job ->> 'name', (job ->> 'payloadVersion')::smallint from ${schema}.pipeline_backlog
) j group by j.name, j.payload_version order by 1, 2`,
);

/** The versions of pipelines that have runs which are not over, with how many there are. */
export const findRunKinds = statement<
  readonly [],
  { readonly name: string; readonly version: string; readonly runs: number }
>(
  'find-run-kinds',
  ({ schema }) => `
select r.name, r.version, count(*)::int as runs from ${schema}.pipeline_run r where r.finished_at is null
group by r.name, r.version order by 1, 2`,
);
