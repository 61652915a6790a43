import type { ItemState, RunState, StepState } from '../../core/run-state.js';
import { statement } from '../statement.js';
import { millis } from './millis.js';

/**
 * What has happened in a run since a watcher last looked: its steps but for those that he has seen to their ends, and of
 * fan-outs the items that ended since, a page of them. What he saw of a step counts if it was of the same beginning: in a
 * run that was retried, a step may have begun anew. One snapshot: the items on the page are all that the steps' counts
 * speak of, or the page is full. Items are one range of their primary key for each step, bounded above too: of a limit
 * alone the planner may make a sort of them all.
 */
export const findRunEvents = statement<
  readonly [
    id: string,
    /** Of steps that he has seen something of: where they stand, when they began, how many items, whether all. */
    positions: readonly number[],
    starts: readonly number[],
    items: readonly number[],
    ended: readonly boolean[],
    limit: number,
  ],
  RunEventsRow
>(
  'find-run-events',
  ({ schema }) => `
with told as materialized (
  select * from unnest($2::smallint[], $3::float8[], $4::int[], $5::boolean[]) as t(position, started, items, ended)
),
steps as materialized (
  select s.*, coalesce(t.items, 0) as seen from ${schema}.pipeline_step s
  left join told t on t.position = s.position and t.started = floor(${millis('s.started_at')})
  where s.run_id = $1::uuid and t.ended is not true
)
select r.state, coalesce((
    select jsonb_agg(jsonb_build_object('step', s.step, 'position', s.position, 'kind', s.kind, 'state', s.state, 'total', s.total,
      'remaining', s.remaining, 'startedAt', ${millis('s.started_at')}, 'finishedAt', ${millis('s.finished_at')}) order by s.position)
    from steps s
  ), '[]') as steps, coalesce((
    select jsonb_agg(jsonb_build_object('position', i.position, 'finishOrder', i.finish_order, 'item', i.item,
      'state', i.state, 'finishedAt', ${millis('i.finished_at')}) order by i.position, i.finish_order)
    from (
      select s.position, i.finish_order, i.item, i.state, i.finished_at
      from steps s
      cross join lateral (
        select i.finish_order, i.item, i.state, i.finished_at from ${schema}.pipeline_item i
        where i.run_id = s.run_id and i.step = s.step and i.finish_order > s.seen and i.finish_order <= s.seen + $6::int
      ) i
      where s.kind = 'each'
      order by s.position, i.finish_order limit $6::int
    ) i
  ), '[]') as items
from ${schema}.pipeline_run r where r.id = $1::uuid`,
);

export interface RunEventsRow {
  readonly state: RunState;
  readonly steps: readonly {
    readonly step: string;
    readonly position: number;
    readonly kind: 'one' | 'each';
    readonly state: StepState;
    readonly total: number;
    readonly remaining: number;
    readonly startedAt: number;
    readonly finishedAt: number | null;
  }[];
  readonly items: readonly {
    readonly position: number;
    readonly finishOrder: number;
    readonly item: number;
    readonly state: ItemState;
    readonly finishedAt: number;
  }[];
}
