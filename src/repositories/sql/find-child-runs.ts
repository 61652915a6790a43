import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** Running children of runs that go on no more, with why, and whether they are to be undone. Probes of the index on parents. */
export const findChildRuns = statement<
  readonly [runIds: readonly string[]],
  { readonly id: string; readonly parentId: string; readonly undoes: boolean; readonly reason: string | null }
>(
  'find-child-runs',
  ({ schema }) => `
with stopped as materialized (
  select r.id, r.undoes, r.error ->> 'message' as reason from ${schema}.pipeline_run r
  where r.id = ${anyOf(1, 'uuid')} and r.state <> 'running'
)
select c.id, s.id as "parentId", s.undoes, s.reason from stopped s
cross join lateral (
  select c.id from ${schema}.pipeline_run c where c.parent_id = s.id and c.state = 'running' offset 0
) c`,
);
