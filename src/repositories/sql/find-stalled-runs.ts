import { statement } from '../statement.js';

/**
 * Runs that are not over and have no job left that could ever run: nothing would move them. Gives no row at any time,
 * because a step's end and what follows from it are one transaction; a row is a defect, or somebody deleted jobs by hand.
 * One probe of `job_run` and one of `job_waiting_run` for each unfinished run.
 */
export const findStalledRuns = statement<
  readonly [limit: number],
  { readonly id: string; readonly name: string; readonly version: string; readonly state: string }
>(
  'find-stalled-runs',
  ({ schema }) => `
select r.id, r.name, r.version, r.state from ${schema}.pipeline_run r
where r.finished_at is null
  and not exists (select from ${schema}.job j where j.run_id = r.id)
  and not exists (select from ${schema}.job_waiting w where w.run_id = r.id)
limit $1`,
);
