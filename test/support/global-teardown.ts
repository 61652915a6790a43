import type { TestRun } from './global-setup.js';

/** Stops the throw-away server and waits for it. (Had jest been killed, it would have stopped all the same.) */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as TestRun).stopTestDatabase?.();
}
