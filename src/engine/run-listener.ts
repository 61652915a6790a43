import type { StatementRunner } from '../repositories/session.js';
import type { Ending, EndingOf } from './ending.js';
import type { JobTaker } from './job-taker.js';

/**
 * The port by which pipelines learn that steps have ended. Called inside the transaction that stores it, so a step's end
 * and what follows from it are one; what it returns is called after the commit.
 */
export interface RunListener {
  settled(tx: StatementRunner, endings: readonly Ending[]): Promise<() => void>;

  /**
   * Stores those of these outcomes for which one statement, and so no transaction, does it with all that follows. The jobs
   * that follow go to `taker` as far as it has room.
   * @returns the endings that are stored; the others are as they were
   */
  advance(
    on: StatementRunner,
    endings: readonly EndingOf<'complete'>[],
    taker: JobTaker | null,
  ): Promise<readonly Ending[]>;

  /** Jobs were cancelled, or their workers asked to stop them, by somebody else than their workers. */
  cancelled(
    tx: StatementRunner,
    jobs: readonly { readonly id: string; readonly runId: string | null }[],
    reason: string,
  ): Promise<() => void>;

  /**
   * Fails runs that are past their deadlines, and goes on with stopping those whose stopper died; at most `limit` of each.
   * @returns how many there were
   */
  expire(limit: number): Promise<number>;

  /** Resolves when nothing is under way that was begun after a commit. */
  idle(): Promise<void>;
}
