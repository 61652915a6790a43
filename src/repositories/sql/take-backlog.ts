import { statement } from '../statement.js';
import type { StoredUndo } from './begin-undos.js';

/**
 * Takes items that have not begun: of each step the first ones, as many as there is room for. The caller holds the rows of
 * their runs, so nobody else takes them.
 */
export const takeBacklog = statement<
  readonly [runIds: readonly string[], steps: readonly string[], rooms: readonly number[]],
  { readonly runId: string; readonly step: string; readonly item: number; readonly job: StoredItem }
>(
  'take-backlog',
  ({ schema }) => `
with next as materialized (
  select b.tid from unnest($1::uuid[], $2::text[], $3::int[]) as r(run_id, step, room)
  cross join lateral (
    select b.ctid as tid from ${schema}.pipeline_backlog b where b.run_id = r.run_id and b.step = r.step
    order by b.item limit r.room
  ) b
),
taken as (
  delete from ${schema}.pipeline_backlog b where b.ctid = any(array(select tid from next)) returning b.*
)
select run_id as "runId", step, item, job from taken order by run_id, step, item`,
);

/** The job of an item, made when its step began: whoever has room for it need not know its class. */
export type StoredItem = NonNullable<StoredUndo['job']> & { readonly name: string };
