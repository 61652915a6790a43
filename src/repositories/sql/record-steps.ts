import { statement } from '../statement.js';

/**
 * Records jobs of steps that have ended, those of one step together: the result of a single job with its step, an item as
 * a row of its own, numbered by the order in which it ended. The caller holds the runs' rows, so nobody else counts.
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
  { readonly runId: string; readonly step: string; readonly remaining: number }
>(
  'record-steps',
  ({ schema }) => `
with input as materialized (
  select * from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
    with ordinality as i(run_id, step, item, state, result, undo, ord)
),
ended as materialized (
  select run_id, step, count(*)::int as jobs, count(undo)::int as undoable,
    count(*) filter (where state in ('failed', 'skipped', 'substituted'))::int as failed,
    bool_or(state in ('failed', 'cancelled')) as fails,
    min(state) filter (where item is null) as state, min(result) filter (where item is null) as result,
    min(undo) filter (where item is null) as undo
  from input group by run_id, step
),
items as (
  insert into ${schema}.pipeline_item (run_id, step, finish_order, item, state, result, undo, finished_at)
  select i.run_id, i.step, s.total - s.remaining + row_number() over (partition by i.run_id, i.step order by i.ord),
    i.item, i.state, i.result::jsonb, i.undo::jsonb, ${schema}.clock()
  from input i join ${schema}.pipeline_step s on s.run_id = i.run_id and s.step = i.step
  where i.item is not null and s.run_id = any($1::uuid[])
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
  from ended e where s.run_id = any($1::uuid[]) and s.run_id = e.run_id and s.step = e.step
  returning s.run_id, s.step, s.remaining
)
select run_id as "runId", step, remaining from recorded`,
);
