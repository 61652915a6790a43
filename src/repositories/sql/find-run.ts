import type { RunError, RunOrigin, RunState, StepState, UndoState } from '../../core/run-state.js';
import { statement } from '../statement.js';
import { millis } from './millis.js';

/** The select list of a RunStatusRow, from `pipeline_run` aliased `r`. */
export const runStatusRow = (schema: string): string => `
r.id, r.name, r.version, r.state, r.error, r.origin, r.retries,
  case when r.parent_id is not null then jsonb_build_object('id', r.parent_id, 'step', r.parent_step) end as parent,
  ${millis('r.created_at')} as "createdAt", ${millis('r.deadline_at')} as "deadlineAt",
  ${millis('r.finished_at')} as "finishedAt",
  coalesce((
    select jsonb_agg(jsonb_build_object('name', s.step, 'state', s.state, 'total', s.total, 'done', s.total - s.remaining,
      'failed', s.failed, 'undo', s.undo_state, 'startedAt', ${millis('s.started_at')}, 'finishedAt', ${millis('s.finished_at')})
      order by s.position)
    from ${schema}.pipeline_step s where s.run_id = r.id
  ), '[]') as steps`;

/** A run with its steps so far: a probe of each primary key. Times are epoch milliseconds. */
export const findRun = statement<readonly [id: string], RunStatusRow>(
  'find-run',
  ({ schema }) => `select ${runStatusRow(schema)} from ${schema}.pipeline_run r where r.id = $1::uuid`,
);

export interface RunStatusRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: RunState;
  readonly error: RunError | null;
  readonly origin: RunOrigin | null;
  readonly retries: number;
  readonly parent: { readonly id: string; readonly step: string } | null;
  readonly createdAt: number;
  readonly deadlineAt: number | null;
  readonly finishedAt: number | null;
  readonly steps: readonly {
    readonly name: string;
    readonly state: StepState;
    readonly total: number;
    readonly done: number;
    readonly failed: number;
    readonly undo: UndoState | null;
    readonly startedAt: number;
    readonly finishedAt: number | null;
  }[];
}
