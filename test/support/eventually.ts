import { setTimeout as delay } from 'node:timers/promises';

/** How patient `eventually` is. */
export interface EventuallyOptions {
  /** Milliseconds until it gives up. Default: 10,000, far beyond what anything here takes on a busy machine. */
  readonly timeout?: number;
  /** Milliseconds between two looks. Default: 20. */
  readonly interval?: number;
}

/**
 * Waits until `probe` answers something true and returns that; a probe that throws is asked again. On time-out, the
 * error says what was awaited and what the last look saw.
 *
 * @example
 * await eventually('the job is completed', async () => (await jobs.get(id)).state === 'completed');
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeout = 10_000, interval = 20 }: EventuallyOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const look = await Promise.resolve()
      .then(probe)
      .then(
        (value) => ({ value, error: undefined }),
        (error: unknown) => ({ value: undefined, error }),
      );
    if (look.value) return look.value as Exclude<T, false | null | undefined>;
    if (Date.now() >= deadline) {
      const seen = look.error instanceof Error ? `it threw: ${look.error.message}` : `it saw: ${String(look.value)}`;
      throw new Error(`Waited ${timeout} ms in vain until ${what}; at the last look ${seen}`, { cause: look.error });
    }
    await delay(interval);
  }
}
