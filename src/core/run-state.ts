/**
 * The states of a pipeline run. One that is not final has a job that can run, at any time; one that is final has none.
 */
export const RUN_STATES = {
  running: { final: false, meaning: 'the jobs of its steps are under way' },
  stopping: { final: false, meaning: 'it failed or was cancelled, and the jobs that it has left are being ended' },
  compensating: {
    final: false,
    meaning: 'completed steps are being undone, one at a time, each before those that it came after',
  },
  completed: { final: true, meaning: 'all steps are over; the output is stored' },
  failed: { final: true, meaning: 'a step of it failed, or it was not over by its deadline' },
  cancelled: { final: true, meaning: 'stopped on request' },
} as const;

export type RunState = keyof typeof RUN_STATES;
export type FinalRunState = { [S in RunState]: (typeof RUN_STATES)[S]['final'] extends true ? S : never }[RunState];

/**
 * The states of a step that has begun. `skipped`: it did not run, or its job failed and its run goes on without a result;
 * `substituted`: with a substitute. `failed` and `cancelled` from when its run stops, though jobs may be left.
 */
export type StepState = 'running' | 'completed' | 'skipped' | 'substituted' | 'failed' | 'cancelled';

/** How an item of a fan-out ended. `skipped` and `substituted`: its job failed, and the step goes on without it. */
export type ItemState = 'completed' | 'skipped' | 'substituted' | 'failed' | 'cancelled';

/** How far a step is undone; `failed`: not all of it was. */
export type UndoState = 'running' | 'completed' | 'failed';

/** Why a run stopped, as it is stored with it. */
export interface RunError {
  /** The step that failed, or could not be started; null if the run was cancelled, or took too long. */
  readonly step: string | null;
  /** The item of the step that failed, from 0; null if it was no item. */
  readonly item: number | null;
  readonly message: string;
  /** The code of the error that its job ended with, if that has one: `STEP_TIMEOUT`, say. */
  readonly code?: string;
  /** True if it was not over by its deadline. */
  readonly timedOut?: boolean;
  /** What could not be undone; the first hundred. */
  readonly notUndone?: readonly NotUndone[];
}

/** What a run repeats, as it is stored with it. */
export interface RunOrigin {
  /** `fork`: it took over results. `rerun`: it began anew. */
  readonly kind: 'fork' | 'rerun';
  /** The id of the run that it repeats. */
  readonly run: string;
  /** The steps that a fork was to begin with. */
  readonly from: readonly string[];
  /** The steps whose results a fork took over. */
  readonly reused: readonly string[];
}

/** A step, or an item of it, whose undo job failed. */
export interface NotUndone {
  readonly step: string;
  readonly item: number | null;
  readonly message: string;
}

/** Whether a run in that state is over. */
export function isRunOver(state: RunState): state is FinalRunState {
  return RUN_STATES[state].final;
}
