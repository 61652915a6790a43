import { milliseconds } from '../core/duration.js';
import type { HandlerClass } from '../core/handler-class.js';
import { LIMITS, PRIORITY } from '../core/limits.js';
import type { RetryOptions } from '../core/retry-policy.js';
import { invalidHandler } from './invalid-handler.js';

/** @throws DefinitionError for anything in the options that cannot be meant */
export function checkRetry(handlerClass: HandlerClass, options: RetryOptions): void {
  const { attempts = 1, jitter = 0, backoff = 'fixed' } = options;
  const fail = (problem: string) => invalidHandler(handlerClass, `@Retry ${problem}`);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > LIMITS.maxAttempts) {
    throw fail(
      `asks for ${String(attempts)} attempts. Write a whole number from 1 (no retry) to ${LIMITS.maxAttempts}.`,
    );
  }
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) {
    throw fail(`has a jitter of ${String(jitter)}. Write the share of the wait that is random, from 0 to 1.`);
  }
  if (typeof backoff !== 'function' && backoff !== 'exponential' && backoff !== 'fixed') {
    throw fail(`has the backoff ${JSON.stringify(backoff)}. Write 'exponential', 'fixed' or a function.`);
  }
  checkDelays(handlerClass, options, fail);
  checkUnless(options.unless, fail);
}

function checkDelays(handlerClass: HandlerClass, options: RetryOptions, fail: (problem: string) => Error): void {
  const delayMs = milliseconds(options.delay ?? '5s', `@Retry delay of ${handlerClass.name}`);
  const maxDelayMs = milliseconds(options.maxDelay ?? '1h', `@Retry maxDelay of ${handlerClass.name}`);
  if (maxDelayMs > LIMITS.delayMs) throw fail(`may wait ${String(options.maxDelay)}. At most 366 days are possible.`);
  if (delayMs > maxDelayMs) {
    throw fail(
      `waits ${options.delay ?? '5s'}, but never longer than ${options.maxDelay ?? '1h'}. Raise maxDelay, or shorten delay.`,
    );
  }
}

function checkUnless(unless: RetryOptions['unless'], fail: (problem: string) => Error): void {
  if (typeof unless === 'function' && isErrorClass(unless)) {
    throw fail(
      `has the class ${unless.name} as its unless, which would be called like a function. Write unless: [${unless.name}].`,
    );
  }
  if (unless === undefined || typeof unless === 'function') return;
  if (!Array.isArray(unless)) throw fail('has an unless that is no list of error classes and no function.');
  const bad = unless.findIndex((errorClass) => typeof errorClass !== 'function');
  if (bad >= 0) {
    throw fail(
      `has ${String(unless[bad])} as item ${bad} of its unless. If it is undefined, two modules import each other.`,
    );
  }
}

function isErrorClass(value: object): boolean {
  return value === Error || (value as { prototype?: unknown }).prototype instanceof Error;
}

/** @throws DefinitionError if the priority is none of 0 to 9 */
export function checkPriority(handlerClass: HandlerClass, priority: number): void {
  if (!Number.isInteger(priority) || priority < PRIORITY.first || priority > PRIORITY.last) {
    throw invalidHandler(
      handlerClass,
      `its @Priority is ${String(priority)}. Write a whole number from ${PRIORITY.first} (first) to ${PRIORITY.last} (last).`,
    );
  }
}
