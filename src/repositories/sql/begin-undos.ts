import { statement } from '../statement.js';

/**
 * Begins to undo, in each run, the last step that has something to undo and of which that has not begun; gives the jobs
 * that do it, what ended last first. Runs without such a step are not among the rows. The caller holds the runs' rows.
 */
export const beginUndos = statement<
  readonly [runIds: readonly string[]],
  { readonly runId: string; readonly step: string; readonly item: number | null; readonly undo: StoredUndo }
>(
  'begin-undos',
  ({ schema }) => `
with next as materialized (
  select s.* from unnest($1::uuid[]) as r(id)
  cross join lateral (
    select s.run_id, s.step, s.undo, s.ctid as tid from ${schema}.pipeline_step s
    where s.run_id = r.id and s.undoable > 0 and s.undo_state is null
    order by s.position desc limit 1
  ) s
),
begun as (
  update ${schema}.pipeline_step s set undo_state = 'running', undo_remaining = s.undoable from next n where s.ctid = n.tid
),
compensating as (
  update ${schema}.pipeline_run r set state = 'compensating'
  where r.id = any(array(select run_id from next)) and r.state = 'stopping'
)
select run_id as "runId", step, null::int as item, undo from next where undo is not null
union all
select run_id, step, item, undo from (
  select n.run_id, n.step, i.item, i.undo from next n cross join lateral (
    select i.item, i.undo from ${schema}.pipeline_item i
    where n.undo is null and i.run_id = n.run_id and i.step = n.step and i.undo is not null
    order by i.finish_order desc
  ) i
) items`,
);

/** The job that undoes a step or an item, ready since that was completed: whoever stops a run need not know its classes. */
export interface StoredUndo {
  readonly name: string;
  /** Why there can be no such job; then the rest is null. */
  readonly error: string | null;
  readonly job: {
    readonly queue: string;
    readonly priority: number;
    readonly maxAttempts: number;
    readonly timeoutMs: number | null;
    readonly keepMs: number | null;
    readonly lockKey: string | null;
    readonly payload: unknown;
    /** Null: the first. */
    readonly payloadVersion: number | null;
  } | null;
}
