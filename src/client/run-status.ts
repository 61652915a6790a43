import type { RunError, RunOrigin, RunState, StepState, UndoState } from '../core/run-state.js';
import type { RunStatusRow } from '../repositories/sql/find-run.js';

/** How a run stands. */
export interface RunStatus {
  readonly id: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** The version of the pipeline that the run began with, and goes to its end by. */
  readonly version: string;
  readonly state: RunState;
  /** Why it stopped; null unless it did. */
  readonly error: RunError | null;
  /** The run and the step of it that run this one; null if it was started by itself. */
  readonly parent: { readonly id: string; readonly step: string } | null;
  /** The run that it repeats; null if it was started as itself. */
  readonly origin: RunOrigin | null;
  /** How often it was retried. */
  readonly retries: number;
  readonly createdAt: Date;
  /** When it fails if it is not over; null: it may take as long as it takes. */
  readonly deadlineAt: Date | null;
  readonly finishedAt: Date | null;
  /** The steps that have begun or were skipped, in the order of their declaration. */
  readonly steps: readonly StepStatus[];
}

/** How a step stands: `done` of its `total` jobs are over, `failed` of these without a result. Without a job: skipped. */
export interface StepStatus {
  readonly name: string;
  readonly state: StepState;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** How far it is undone; null if that has not begun. */
  readonly undo: UndoState | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** A stored run as callers see it. */
export function runStatus({ name, createdAt, deadlineAt, finishedAt, steps, ...row }: RunStatusRow): RunStatus {
  return {
    ...row,
    pipeline: name,
    createdAt: new Date(createdAt),
    deadlineAt: dateOf(deadlineAt),
    finishedAt: dateOf(finishedAt),
    steps: steps.map((step) => {
      return { ...step, startedAt: new Date(step.startedAt), finishedAt: dateOf(step.finishedAt) };
    }),
  };
}

const dateOf = (epochMs: number | null): Date | null => (epochMs === null ? null : new Date(epochMs));
