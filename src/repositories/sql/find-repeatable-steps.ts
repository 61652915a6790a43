import type { StepState, UndoState } from '../../core/run-state.js';
import { statement } from '../statement.js';

/**
 * The steps of a run that have begun, and of fan-outs that failed or were cancelled the items that need not be done again:
 * one range of each primary key.
 */
export const findRepeatableSteps = statement<readonly [id: string], RepeatableStep>(
  'find-repeatable-steps',
  ({ schema }) => `
select s.step, s.state, s.undo_state as undo, s.total, case when s.kind = 'each' and s.state in ('failed', 'cancelled') then array(
    select i.item from ${schema}.pipeline_item i
    where i.run_id = s.run_id and i.step = s.step and i.state in ('completed', 'skipped', 'substituted')
  ) end as kept
from ${schema}.pipeline_step s where s.run_id = $1::uuid`,
);

export interface RepeatableStep {
  readonly step: string;
  readonly state: StepState;
  readonly undo: UndoState | null;
  readonly total: number;
  /** Items that are over with a result or without; null unless it is a fan-out that failed or was cancelled. */
  readonly kept: readonly number[] | null;
}
