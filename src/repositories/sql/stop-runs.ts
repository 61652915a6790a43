import { statement } from '../statement.js';

/**
 * Stops runs that are running: no step of theirs begins any more. What they have left to run is for the caller to end.
 * Locks as `lock-runs` does. Those that stop or are over already are not among the rows returned, so the first reason
 * stays.
 */
export const stopRuns = statement<
  readonly [
    ids: readonly string[],
    endings: readonly ('failed' | 'cancelled')[],
    undoes: readonly boolean[],
    errors: readonly string[],
  ],
  { readonly id: string }
>(
  'stop-runs',
  ({ schema }) => `
with held as materialized (
  select r.id from ${schema}.pipeline_run r where r.id = any($1::uuid[]) and r.state = 'running'
  order by r.id for no key update
),
stopped as (
  update ${schema}.pipeline_run r set state = 'stopping', ends_as = i.ends_as, undoes = i.undoes, error = i.error::jsonb
  from unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[]) as i(id, ends_as, undoes, error)
  where r.id = any(array(select id from held)) and r.id = i.id
  returning r.id, r.ends_as
),
steps as (
  update ${schema}.pipeline_step s set state = r.ends_as from stopped r
  where s.run_id = any(array(select id from held)) and s.run_id = r.id and s.state = 'running'
)
select id from stopped`,
);
