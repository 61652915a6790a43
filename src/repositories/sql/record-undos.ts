import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { ofRun } from './of-run.js';

/**
 * Records undo jobs that have ended, one entry a run, and notes with the run what could not be undone. At most one step
 * of a run is being undone. The caller holds the runs' rows. Ids are sorted.
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
with recorded as (
  update ${schema}.pipeline_step s set undo_remaining = s.undo_remaining - ${ofRun('s.run_id', 3, 'int')}, undo_state = case
      when ${ofRun('s.run_id', 4, 'text')} <> '[]' or s.undo_state = 'failed' then 'failed'
      when s.undo_remaining = ${ofRun('s.run_id', 3, 'int')} then 'completed'
      else 'running' end
  where s.run_id = ${anyOf(1, 'uuid')} and s.step = ${ofRun('s.run_id', 2, 'text')}
  returning s.run_id, s.undo_remaining
),
noted as (
  update ${schema}.pipeline_run r
  set error = jsonb_set(r.error, '{notUndone}', coalesce(r.error -> 'notUndone', '[]') || ${ofRun('r.id', 4, 'text')}::jsonb)
  where r.id = ${anyOf(1, 'uuid')} and ${ofRun('r.id', 4, 'text')} <> '[]'
    and jsonb_array_length(coalesce(r.error -> 'notUndone', '[]')) < 100
)
select run_id as "runId", undo_remaining as remaining from recorded`,
);
