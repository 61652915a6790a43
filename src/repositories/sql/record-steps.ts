import type { StepState } from '../../core/run-state.js';
import { statement } from '../statement.js';

/**
 * Records jobs of steps that have ended, those of one step together: the result of a single job with its step, an item as
 * a row of its own, numbered by the order in which it ended. The caller holds the runs' rows, so nobody else counts, and
 * steps stay where a probe has found them (`offset 0` keeps it a probe for each step, whatever the statistics say).
 */
export const recordSteps = statement<
  readonly [
    runIds: readonly string[],
    steps: readonly string[],
    items: readonly (number | null)[],
    states: readonly string[],
    results: readonly (string | null)[],
    undos: readonly (string | null)[],
  ],
  { readonly runId: string; readonly step: string; readonly remaining: number; readonly state: StepState }
>(
  'record-steps',
  ({ schema }) => `
with input as materialized (
  select * from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
    with ordinality as i(run_id, step, item, state, result, undo, ord)
),
ended as materialized (
  select e.*, s.tid, s.finished from (
    select run_id, step, count(*)::int as jobs, count(undo)::int as undoable,
      count(*) filter (where state in ('failed', 'skipped', 'substituted'))::int as failed,
      bool_or(state in ('failed', 'cancelled')) as fails,
      min(state) filter (where item is null) as state, min(result) filter (where item is null) as result,
      min(undo) filter (where item is null) as undo, array_agg(ord) filter (where item is not null) as items
    from input group by run_id, step
  ) e cross join lateral (
    select s.ctid as tid, s.total - s.remaining as finished from ${schema}.pipeline_step s
    where s.run_id = e.run_id and s.step = e.step offset 0
  ) s
),
items as (
  insert into ${schema}.pipeline_item (run_id, step, finish_order, item, state, result, undo, finished_at)
  select e.run_id, e.step, e.finished + o.place, ($3::int[])[o.ord], ($4::text[])[o.ord], ($5::text[])[o.ord]::jsonb,
    ($6::text[])[o.ord]::jsonb, ${schema}.clock()
  from ended e cross join lateral unnest(e.items) with ordinality as o(ord, place)
),
recorded as (
  update ${schema}.pipeline_step s set remaining = s.remaining - e.jobs, failed = s.failed + e.failed,
    undoable = s.undoable + e.undoable, result = e.result::jsonb,
    undo = e.undo::jsonb, finished_at = case when s.remaining = e.jobs then ${schema}.clock() end,
    state = case
      when s.kind = 'one' then e.state
      when s.state <> 'running' then s.state
      when e.fails then 'failed'
      when s.remaining = e.jobs then 'completed'
      else 'running' end
  from ended e where s.ctid = e.tid
  returning s.run_id, s.step, s.remaining, s.state
)
select run_id as "runId", step, remaining, state from recorded`,
);
