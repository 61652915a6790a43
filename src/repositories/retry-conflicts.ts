import { sqlFailure } from './sql-errors.js';

const TRIES = 5;
const PAUSE_MS = 20;

/**
 * Runs a transaction again that was in the way of another: whoever of two that deadlock is chosen to fail has done nothing
 * wrong. After a moment of random length, so that the two do not meet again.
 */
export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await transaction();
    } catch (error) {
      if (tries === TRIES || sqlFailure(error) !== 'conflict') throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries * Math.random()));
    }
  }
}
