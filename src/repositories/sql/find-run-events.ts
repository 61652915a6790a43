import type { ItemState, RunState, StepState } from '../../core/run-state.js';
import { statement } from '../statement.js';

/**
 * What has happened in a run since a watcher last looked: steps from a position on, and of fan-outs the items that ended
 * since, a page of them. One snapshot: the items on the page are all that the steps' counts speak of, or the page is full.
 * Items are one range of their primary key, bounded above too: of a limit alone the planner may make a sort of them all.
 */
export const findRunEvents = statement<
  readonly [id: string, position: number, finished: number, limit: number],
  RunEventsRow
>(
  'find-run-events',
  ({ schema }) => `
select r.state, coalesce((
    select jsonb_agg(jsonb_build_object('step', s.step, 'position', s.position, 'kind', s.kind, 'state', s.state, 'total', s.total,
      'remaining', s.remaining, 'startedAt', ${millis('s.started_at')}, 'finishedAt', ${millis('s.finished_at')}) order by s.position)
    from ${schema}.pipeline_step s where s.run_id = r.id and s.position >= $2::int
  ), '[]') as steps, coalesce((
    select jsonb_agg(jsonb_build_object('position', i.position, 'finishOrder', i.finish_order, 'item', i.item,
      'state', i.state, 'finishedAt', ${millis('i.finished_at')}) order by i.position, i.finish_order)
    from (
      select s.position, i.finish_order, i.item, i.state, i.finished_at
      from ${schema}.pipeline_step s
      cross join lateral (
        select i.finish_order, i.item, i.state, i.finished_at from ${schema}.pipeline_item i
        where i.run_id = s.run_id and i.step = s.step
          and i.finish_order > case s.position when $2::int then $3::int else 0 end
          and i.finish_order <= case s.position when $2::int then $3::int else 0 end + $4::int
      ) i
      where s.run_id = r.id and s.kind = 'each' and s.position >= $2::int
      order by s.position, i.finish_order limit $4::int
    ) i
  ), '[]') as items
from ${schema}.pipeline_run r where r.id = $1::uuid`,
);

function millis(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}

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
