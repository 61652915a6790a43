import type { StatementRunner } from '../repositories/session.js';
import type { Ending } from './ending.js';

/**
 * The port by which pipelines learn that steps have ended. Called inside the transaction that stores the outcomes, so a
 * step's end and what follows from it are one; what it returns is called after the commit.
 */
export interface RunListener {
  settled(tx: StatementRunner, endings: readonly Ending[]): Promise<() => void>;
}
