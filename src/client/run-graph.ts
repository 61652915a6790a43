import type { RunOrigin, RunState, StepState, UndoState } from '../core/run-state.js';
import type { PipelineGraph, StepShape } from '../pipelines/pipeline-graph.js';
import type { RunGraphRow, WaitRow } from '../repositories/sql/find-run-graph.js';

/** The steps of a run's pipeline, in the version that it began with, each with how it stands. */
export interface RunGraph {
  readonly id: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  readonly version: string;
  readonly state: RunState;
  /** The run that it repeats; null if it was started as itself. */
  readonly origin: RunOrigin | null;
  /** How often it was retried. */
  readonly retries: number;
  /** In the order of their declaration: each stands after all those that it waits for. */
  readonly steps: readonly RunGraphStep[];
}

/** A step of a run's pipeline: `done` of its `total` jobs are over, `failed` of these without a result. */
export interface RunGraphStep extends StepShape {
  /** `pending`: it has not begun. If the run is over, it never will. */
  readonly state: StepState | 'pending';
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** How far it is undone; null if that has not begun. */
  readonly undo: UndoState | null;
  /** What it waits for from outside, or was sent; null if there is nothing of the kind. */
  readonly wait: StepWaitStatus | null;
  /** The id of the run that it has started; null if it has not, or starts none. */
  readonly childRun: string | null;
  /** Whether its result was taken over from the run that this one is a fork of. */
  readonly reused: boolean;
}

/** How a step stands that waits for a signal or an approval. */
export interface StepWaitStatus {
  /** Null: the step has not begun, and was sent its answer before. */
  readonly openedAt: Date | null;
  readonly dueAt: Date | null;
  /** Who is to answer; null: anybody. */
  readonly assignee: string | null;
  /** When it was handed on to that person. */
  readonly escalatedAt: Date | null;
  /** Null: it waits still, unless the step or the run is over. */
  readonly outcome: 'answered' | 'rejected' | 'expired' | null;
  /** Who answered an approval. */
  readonly by: string | null;
  /** Why it was rejected. */
  readonly reason: string | null;
  readonly answeredAt: Date | null;
  /** What was wrong with the last answer that was not taken. */
  readonly refused: string | null;
}

const PENDING = { state: 'pending', total: 0, done: 0, failed: 0, undo: null } as const;

/** A stored run as callers see it. */
export function runGraph({ name, graph, steps, waits, children, ...row }: RunGraphRow): RunGraph {
  const reused = new Set(row.origin?.reused);
  return {
    ...row,
    pipeline: name,
    steps: (graph as PipelineGraph).steps.map((shape) => ({
      ...shape,
      ...(steps[shape.name] ?? PENDING),
      wait: waitStatus(waits[shape.name]),
      childRun: children[shape.name] ?? null,
      reused: reused.has(shape.name),
    })),
  };
}

function waitStatus(row: WaitRow | undefined): StepWaitStatus | null {
  if (!row) return null;
  const { openedAt, dueAt, escalatedAt, answeredAt } = row;
  return {
    ...row,
    openedAt: date(openedAt),
    dueAt: date(dueAt),
    escalatedAt: date(escalatedAt),
    answeredAt: date(answeredAt),
  };
}

function date(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
