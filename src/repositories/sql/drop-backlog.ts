import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** Removes items that have not begun from runs that are stopping, at most so many. The caller holds the runs' rows. */
export const dropBacklog = statement<
  readonly [runIds: readonly string[], limit: number],
  { readonly runId: string; readonly step: string; readonly item: number }
>(
  'drop-backlog',
  ({ schema }) => `
with stopping as materialized (
  select r.id from ${schema}.pipeline_run r where r.id = ${anyOf(1, 'uuid')} and r.state = 'stopping'
),
dropped as (
  delete from ${schema}.pipeline_backlog b where b.ctid = any(array(
    select b.tid from stopping s cross join lateral (
      select b.ctid as tid from ${schema}.pipeline_backlog b where b.run_id = s.id limit $2
    ) b limit $2
  ))
  returning b.*
)
select run_id as "runId", step, item from dropped order by run_id, step, item`,
);
