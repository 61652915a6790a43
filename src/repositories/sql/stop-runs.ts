import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { ofRun } from './of-run.js';

/**
 * Stops runs that are running: no step of theirs begins any more. A step that failed is recorded as such before; others
 * that run are cancelled, and what they have left to run is for the caller to end.
 * Locks as `lock-runs` does. Those that stop or are over already are not among the rows returned, so the first reason
 * stays. Ids are sorted.
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
  select r.id from ${schema}.pipeline_run r where r.id = ${anyOf(1, 'uuid')} and r.state = 'running'
  order by r.id for no key update
),
stopped as (
  update ${schema}.pipeline_run r set state = 'stopping', ends_as = ${ofRun('r.id', 2, 'text')},
    undoes = ${ofRun('r.id', 3, 'boolean')}, error = ${ofRun('r.id', 4, 'text')}::jsonb
  where r.id = any(array(select id from held))
  returning r.id
),
steps as (
  update ${schema}.pipeline_step s set state = 'cancelled'
  where s.run_id = any(array(select id from held)) and s.state = 'running'
)
select id from stopped`,
);
