import type { ClaimedRow } from '../repositories/sql/claim-jobs.js';

/** A job that its worker need not claim: it was inserted under a token of the worker's own. */
export interface HandedJob {
  readonly row: ClaimedRow;
  /** Validated by this process when it made the job, so not once more. */
  readonly payload: object;
}

/** The port by which a worker says how many of the jobs that follow from its own it would run itself. */
export interface JobTaker {
  readonly workerId: string;
  readonly defaultTimeoutMs: number;
  /** How long after its timeout an attempt counts as hung. */
  readonly slackMs: number;
  /** Keeps room for one more job of that queue, if there is any; `take` gives it back. */
  reserve(queue: string): boolean;
  /** Runs these jobs. @param reserved how often `reserve` had said yes */
  take(jobs: readonly HandedJob[], reserved: number): void;
}
