import type { RunState, StepState, UndoState } from '../../src/core/run-state.js';

/** A run of a pipeline as the model has it. */
export interface ModelRun {
  /** Such as `r2`: the second that was started. */
  readonly id: string;
  readonly pipeline: string;
  readonly input: { readonly n: number };
  readonly uniqueKey: string | null;
  readonly createdAt: number;
  readonly deadlineAt: number | null;
  state: RunState;
  endsAs: 'failed' | 'cancelled' | null;
  undoes: boolean;
  output: unknown;
  error: ModelRunError | null;
  finishedAt: number | null;
  pruneAt: number | null;
}

/** Why it stopped, and what was not undone then. */
export interface ModelRunError {
  readonly step: string | null;
  readonly item: null;
  readonly message: string;
  readonly code?: string;
  readonly timedOut?: boolean;
  readonly notUndone?: readonly { readonly step: string; readonly item: null; readonly message: string }[];
}

/** A step of a run that has begun, or was skipped. */
export interface ModelStep {
  readonly run: string;
  readonly step: string;
  readonly position: number;
  readonly startedAt: number;
  readonly total: number;
  state: StepState;
  remaining: number;
  failed: number;
  result: unknown;
  /** Whether there is a job ready that undoes it. */
  undo: boolean;
  undoable: number;
  undoState: UndoState | null;
  undoRemaining: number;
  finishedAt: number | null;
}

/** A job of a step that is over, or one that undoes it. */
export interface StepEnd {
  readonly run: string;
  readonly step: string;
  readonly undo: boolean;
  readonly verb: 'complete' | 'discard' | 'cancel';
  readonly result: unknown;
  /** Why it has no result. */
  readonly reason: string | null;
  readonly code: string | null;
}
