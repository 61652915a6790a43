import { LockUnavailableError, type Locks } from '../../src/index.js';

/**
 * Runs the work when no other demo works on the same schema: their workers would take each other's jobs.
 * @param onWait called once if another one does
 */
export async function takeTurn<T>(
  locks: Locks,
  signal: AbortSignal,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let waited = false; ; waited = true) {
    signal.throwIfAborted();
    try {
      // Free again soon after a demo was killed; asked for in short turns, between which Ctrl-C is heard.
      return await locks.withLock('demo', { ttl: '5s', wait: '1s' }, work);
    } catch (error) {
      if (!(error instanceof LockUnavailableError)) throw error;
      if (!waited) onWait();
    }
  }
}
