import type { RunOrigin, RunState, StepState, UndoState } from '../../core/run-state.js';
import { statement } from '../statement.js';
import { millis } from './millis.js';

/** A run with the shape of its pipeline, and how its steps stand by their names: a probe of each primary key. */
export const findRunGraph = statement<readonly [id: string], RunGraphRow>(
  'find-run-graph',
  ({ schema }) => `
select r.id, r.name, r.version, r.state, r.origin, r.retries, p.graph, coalesce((
    select jsonb_object_agg(s.step, jsonb_build_object('state', s.state, 'total', s.total, 'done', s.total - s.remaining,
      'failed', s.failed, 'undo', s.undo_state))
    from ${schema}.pipeline_step s where s.run_id = r.id
  ), '{}') as steps, coalesce((
    select jsonb_object_agg(w.step, jsonb_build_object('openedAt', ${millis('w.opened_at')}, 'dueAt', ${millis('w.due_at')},
      'assignee', w.assignee, 'escalatedAt', ${millis('w.escalated_at')}, 'outcome', w.outcome, 'by', w.answered_by,
      'reason', w.reason, 'answeredAt', ${millis('w.answered_at')}, 'refused', w.refused))
    from ${schema}.pipeline_wait w where w.run_id = r.id
  ), '{}') as waits, coalesce((
    select jsonb_object_agg(c.parent_step, c.id order by c.id) from ${schema}.pipeline_run c where c.parent_id = r.id
  ), '{}') as children
from ${schema}.pipeline_run r join ${schema}.pipeline p on p.name = r.name and p.version = r.version
where r.id = $1::uuid`,
);

/** What a step waits for from outside, or was sent. Times are epoch milliseconds. */
export interface WaitRow {
  readonly openedAt: number | null;
  readonly dueAt: number | null;
  readonly assignee: string | null;
  readonly escalatedAt: number | null;
  readonly outcome: 'answered' | 'rejected' | 'expired' | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly answeredAt: number | null;
  readonly refused: string | null;
}

export interface RunGraphRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: RunState;
  readonly origin: RunOrigin | null;
  readonly retries: number;
  /** As the version was stored when it was first started. */
  readonly graph: unknown;
  readonly steps: Readonly<
    Record<
      string,
      {
        readonly state: StepState;
        readonly total: number;
        readonly done: number;
        readonly failed: number;
        readonly undo: UndoState | null;
      }
    >
  >;
  readonly waits: Readonly<Record<string, WaitRow>>;
  /** The ids of child runs by the steps that run them. */
  readonly children: Readonly<Record<string, string>>;
}
