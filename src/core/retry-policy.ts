import type { Duration } from './duration.js';
import { milliseconds } from './duration.js';

/** How long to wait before attempt `failed + 1`, given the number of attempts that failed so far. */
export type CustomBackoff = (failed: number, error: unknown) => Duration;

/** A class of errors, as `instanceof` takes it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a constructor's parameters are contravariant: `unknown` would refuse every class
export type ErrorClass = abstract new (...args: any[]) => Error;

/** What `@Retry` takes. */
export interface RetryOptions {
  /** How often the job is tried in all, the first time included. 1 to 1000, default 3. */
  readonly attempts?: number;
  /** `exponential` doubles the delay each time, `fixed` keeps it, a function computes it. Default `exponential`. */
  readonly backoff?: 'exponential' | 'fixed' | CustomBackoff;
  /** The wait after the first failed attempt. Default `'5s'`: 5 s, 10 s, 20 s … */
  readonly delay?: Duration;
  /** No wait is longer than this. Default `'1h'`. */
  readonly maxDelay?: Duration;
  /** The share of the wait that is drawn at random and taken off or added, 0 to 1. Default 0.1. */
  readonly jitter?: number;
  /** Errors that no retry will mend: the job is discarded at once. Classes, or a predicate. */
  readonly unless?: readonly ErrorClass[] | ((error: unknown) => boolean);
}

/** `RetryOptions` with every default filled in. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly backoff: 'exponential' | 'fixed' | CustomBackoff;
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: number;
  readonly isPermanent: (error: unknown) => boolean;
}

const EXPONENT_CAP = 30; // 2^30 of any delay is beyond every maxDelay, and stays a safe integer

/** Fills in the defaults. Bounds are checked by the registry, which knows the class to name. */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  const { unless } = options;
  return {
    attempts: options.attempts ?? 3,
    backoff: options.backoff ?? 'exponential',
    delayMs: milliseconds(options.delay ?? '5s', '@Retry delay'),
    maxDelayMs: milliseconds(options.maxDelay ?? '1h', '@Retry maxDelay'),
    jitter: options.jitter ?? 0.1,
    isPermanent:
      typeof unless === 'function' ? unless : (error) => (unless ?? []).some((known) => error instanceof known),
  };
}

/**
 * Milliseconds to wait after `failed` attempts have failed, jitter included. A custom backoff that throws or returns
 * no duration counts as the fixed delay: a mistake in it must not lose the job.
 * @param random a number from 0 to 1, as Math.random gives it
 */
export function backoffDelay(policy: RetryPolicy, failed: number, error: unknown, random = Math.random()): number {
  const base = Math.min(baseDelay(policy, failed, error), policy.maxDelayMs);
  const spread = base * policy.jitter;
  return Math.min(Math.round(base - spread + 2 * spread * random), policy.maxDelayMs);
}

function baseDelay({ backoff, delayMs }: RetryPolicy, failed: number, error: unknown): number {
  if (backoff === 'fixed') return delayMs;
  if (backoff === 'exponential') return delayMs * 2 ** Math.min(failed - 1, EXPONENT_CAP);
  try {
    return milliseconds(backoff(failed, error), 'custom backoff');
  } catch {
    return delayMs;
  }
}
