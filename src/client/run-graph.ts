import type { RunOrigin, RunState, StepState, UndoState } from '../core/run-state.js';
import type { PipelineGraph, StepShape } from '../pipelines/pipeline-graph.js';
import type { RunGraphRow } from '../repositories/sql/find-run-graph.js';

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
  /** Whether its result was taken over from the run that this one is a fork of. */
  readonly reused: boolean;
}

const PENDING = { state: 'pending', total: 0, done: 0, failed: 0, undo: null } as const;

/** A stored run as callers see it. */
export function runGraph({ name, graph, steps, ...row }: RunGraphRow): RunGraph {
  const reused = new Set(row.origin?.reused);
  return {
    ...row,
    pipeline: name,
    steps: (graph as PipelineGraph).steps.map((shape) => {
      return { ...shape, ...(steps[shape.name] ?? PENDING), reused: reused.has(shape.name) };
    }),
  };
}
