import type { Duration } from '../../src/index.js';
import { TransientFetchError } from './fetch-error.js';

const FIRST_DELAY_MS = 5_000;

/**
 * For `@Retry({ backoff: politeBackoff })`: 5 s, 10 s, 20 s …, or as long as the server asked for in `Retry-After` if that
 * is longer.
 */
export function politeBackoff(failed: number, error: unknown): Duration {
  const asked = error instanceof TransientFetchError ? (error.retryAfter ?? 0) : 0;
  const own = FIRST_DELAY_MS * 2 ** (failed - 1);
  // A quarter more than asked: @Retry's jitter takes off a tenth, and coming early is what the server complained about.
  return `${Math.ceil(Math.max(own, asked * 1.25))}ms`;
}
