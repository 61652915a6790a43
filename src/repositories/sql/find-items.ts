import type { ItemState } from '../../core/run-state.js';
import { statement } from '../statement.js';

const ROWS = 1_000;
const BYTES = 1_048_576;

/**
 * A page of the items of a fan-out, in the order in which they ended: those that follow the given place, a thousand at most,
 * and no more than a mebibyte of results as they are stored, or one. One range of the primary key, bounded above too: of a
 * limit alone the planner may make a sort of them all.
 */
export const findItems = statement<readonly [runId: string, step: string, after: number], ItemRow>(
  'find-items',
  ({ schema }) => `
select i.finish_order as place, i.item, i.state, i.result
from (
  select i.finish_order, i.item, i.state, i.result,
    sum(coalesce(pg_column_size(i.result), 0)) over (order by i.finish_order) as bytes
  from ${schema}.pipeline_item i
  where i.run_id = $1::uuid and i.step = $2::text and i.finish_order > $3::int and i.finish_order <= $3::int + ${ROWS}
) i
where i.bytes <= ${BYTES} or i.finish_order = $3::int + 1
order by i.finish_order`,
);

export interface ItemRow {
  /** From 1, without a gap. */
  readonly place: number;
  readonly item: number;
  readonly state: ItemState;
  readonly result: unknown;
}
