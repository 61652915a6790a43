import type { JobState } from '../../src/core/job-state.js';

/** A job as the model has it: every column of whichever table it lies in, those of the other tables null. */
export interface ModelJob {
  /** Such as `j3`: the third that was enqueued. */
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly uniqueKey: string | null;
  readonly createdAt: number;
  /** Of a job that does or undoes a step. */
  readonly run: string | null;
  readonly step: string | null;
  readonly pipeline: string | null;
  state: JobState;
  seq: number;
  queue: string;
  priority: number;
  payload: unknown;
  attempt: number;
  maxAttempts: number;
  timeoutMs: number | null;
  keepMs: number | null;
  lockKey: string | null;
  tags: readonly string[];
  meta: Readonly<Record<string, unknown>> | null;
  /** One line each. */
  errors: readonly string[];
  progress: number | null;
  progressMessage: string | null;
  availableAt: number | null;
  runAt: number | null;
  token: number | null;
  worker: string | null;
  claimedAt: number | null;
  deadlineAt: number | null;
  cancelRequestedAt: number | null;
  cancelReason: string | null;
  result: unknown;
  reason: string | null;
  finishedAt: number | null;
  pruneAt: number | null;
}

/** What belongs to the table that a job lies in, and is left behind when it leaves that. */
export const NOWHERE = {
  runAt: null,
  token: null,
  worker: null,
  claimedAt: null,
  deadlineAt: null,
  cancelRequestedAt: null,
  cancelReason: null,
  result: null,
  reason: null,
  finishedAt: null,
  pruneAt: null,
} as const satisfies Partial<ModelJob>;

/** The notes of a job that waits for no signal any more. */
export function waitingForNothing({ meta }: ModelJob): ModelJob['meta'] {
  if (meta === null) return null;
  const { waitsFor: _, ...rest } = meta;
  return rest;
}

/** A job that somebody has enqueued. */
export const OF_NO_RUN = { run: null, step: null, pipeline: null } as const satisfies Partial<ModelJob>;

/** How the model and the database write one error of a job. */
export function errorLine(error: {
  readonly name: string;
  readonly message: string;
  readonly attempt: number;
  readonly code?: string | undefined;
}): string {
  return `attempt ${error.attempt}: ${error.name}${error.code === undefined ? '' : ` ${error.code}`}: ${error.message}`;
}
