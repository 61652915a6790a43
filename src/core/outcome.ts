import type { AttemptError } from './attempt-error.js';
import { attemptError } from './attempt-error.js';
import { type AttemptAbortedError, NotSerializableError, PayloadError, TooLargeError } from './errors.js';
import type { RetryPolicy } from './retry-policy.js';
import { backoffDelay } from './retry-policy.js';
import type { Cancel, Discard, Snooze } from './steering.js';
import { Steering } from './steering.js';

/** How an attempt ended. The kind is the verb that the engine performs. */
export type Outcome =
  | { readonly verb: 'complete'; readonly result: string }
  | { readonly verb: 'retry'; readonly error: AttemptError; readonly delayMs: number }
  | { readonly verb: 'discard'; readonly error: AttemptError }
  | {
      readonly verb: 'snooze';
      readonly delayMs: number;
      readonly reason: string;
      /** The signal that ends it before its time. */
      readonly waitsFor: string | null;
    }
  | { readonly verb: 'interrupt' }
  | { readonly verb: 'cancel'; readonly reason: string };

interface Attempt {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly retry: RetryPolicy;
  /** The reason of the attempt's signal, if it was aborted. */
  readonly aborted: AttemptAbortedError | undefined;
}

/**
 * Turns what a handler threw into an outcome; the only place that does. An aborted attempt ends by the reason of its
 * abort, whatever its handler made of it.
 */
export function outcomeOf(thrown: unknown, { attempt, maxAttempts, retry, aborted }: Attempt): Outcome {
  if (aborted?.code === 'ATTEMPT_CANCELLED') return { verb: 'cancel', reason: aborted.message };
  if (aborted?.code === 'WORKER_SHUTDOWN') return { verb: 'interrupt' };
  if (isSteering(thrown)) return steered(thrown, attempt);
  const cause = aborted?.code === 'ATTEMPT_TIMEOUT' ? aborted : thrown;
  const error = attemptError(cause, attempt);
  if (attempt >= maxAttempts || isHopeless(cause) || permanentBy(retry, cause)) return { verb: 'discard', error };
  return { verb: 'retry', error, delayMs: backoffDelay(retry, attempt, cause) };
}

/** Asking some things what they are throws: a revoked proxy does. */
function isSteering(thrown: unknown): thrown is Snooze | Cancel | Discard {
  try {
    return thrown instanceof Steering;
  } catch {
    return false;
  }
}

function steered(thrown: Snooze | Cancel | Discard, attempt: number): Outcome {
  switch (thrown.verb) {
    case 'snooze':
      return { verb: 'snooze', delayMs: thrown.delayMs, reason: thrown.reason, waitsFor: thrown.waitsFor };
    case 'cancel':
      return { verb: 'cancel', reason: thrown.reason };
    case 'discard':
      return { verb: 'discard', error: { ...attemptError(new Error(thrown.reason), attempt), name: 'Discard' } };
  }
}

/** The same payload or code gives the same error again. */
function isHopeless(error: unknown): boolean {
  try {
    return error instanceof PayloadError || error instanceof NotSerializableError || error instanceof TooLargeError;
  } catch {
    return false;
  }
}

/** A predicate of the user's may throw; then the error counts as passing, and the job is tried again. */
function permanentBy(retry: RetryPolicy, error: unknown): boolean {
  try {
    return retry.isPermanent(error);
  } catch {
    return false;
  }
}
