import type { AttemptError } from '../core/attempt-error.js';
import type { JobState } from '../core/job-state.js';
import type { JobRun } from '../registry/job-context.js';
import type { JobRow } from '../repositories/sql/find-jobs.js';

/** A job as it stands in the database. */
export interface JobDetails<Payload = unknown, Result = unknown> {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  readonly state: JobState;
  readonly payload: Payload;
  /** The version of its shape, as it was enqueued. */
  readonly payloadVersion: number;
  /** The JSON form of what the handler returned; null unless `completed`. */
  readonly result: Result | null;
  /** Why it was cancelled or discarded. */
  readonly reason: string | null;
  /** Attempts that have been started, and not been given back. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly tags: readonly string[];
  /** The newest ten failed attempts, the last one last. */
  readonly errors: readonly AttemptError[];
  readonly progress: { readonly fraction: number; readonly message: string | null } | null;
  readonly lockKey: string | null;
  readonly uniqueKey: string | null;
  readonly run: JobRun | null;
  readonly workerId: string | null;
  /** A cancel was requested, and the handler has not stopped yet. */
  readonly cancelRequested: boolean;
  /** How often it was redriven and snoozed, and the like. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** When a scheduled or retryable job becomes due. */
  readonly runAt: Date | null;
  /** When the present or last attempt was claimed. */
  readonly claimedAt: Date | null;
  readonly finishedAt: Date | null;
}

const date = (epochMs: number | null): Date | null => (epochMs === null ? null : new Date(epochMs));

export function jobDetails(row: JobRow): JobDetails {
  const { progress, progressMessage, runId, step, item, pipeline: _pipeline, ...rest } = row;
  return {
    ...rest,
    payloadVersion: row.payloadVersion ?? 1,
    errors: (row.errors ?? []) as unknown as AttemptError[],
    progress: progress === null ? null : { fraction: progress, message: progressMessage },
    run: runId === null || step === null ? null : { id: runId, step, item },
    meta: row.meta ?? {},
    createdAt: new Date(row.createdAt),
    runAt: date(row.runAt),
    claimedAt: date(row.claimedAt),
    finishedAt: date(row.finishedAt),
  };
}
