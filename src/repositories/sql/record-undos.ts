import { statement } from '../statement.js';

/**
 * Records undo jobs that have ended, one row a step, and notes with the run what could not be undone. At most one step of
 * a run is being undone. The caller holds the runs' rows.
 */
export const recordUndos = statement<
  readonly [
    runIds: readonly string[],
    steps: readonly string[],
    counts: readonly number[],
    /** JSON arrays of what failed. */
    notUndone: readonly string[],
  ],
  { readonly runId: string; readonly remaining: number }
>(
  'record-undos',
  ({ schema }) => `
with input as materialized (
  select run_id, step, jobs, notes::jsonb as notes, notes <> '[]' as fails
  from unnest($1::uuid[], $2::text[], $3::int[], $4::text[]) as i(run_id, step, jobs, notes)
),
recorded as (
  update ${schema}.pipeline_step s set undo_remaining = s.undo_remaining - i.jobs, undo_state = case
      when i.fails or s.undo_state = 'failed' then 'failed'
      when s.undo_remaining = i.jobs then 'completed'
      else 'running' end
  from input i where s.run_id = any($1::uuid[]) and s.run_id = i.run_id and s.step = i.step
  returning s.run_id, s.undo_remaining
),
noted as (
  update ${schema}.pipeline_run r set error = jsonb_set(r.error, '{notUndone}', coalesce(r.error -> 'notUndone', '[]') || i.notes)
  from input i where r.id = any($1::uuid[]) and r.id = i.run_id and i.fails
    and jsonb_array_length(coalesce(r.error -> 'notUndone', '[]')) < 100
)
select run_id as "runId", undo_remaining as remaining from recorded`,
);
