import { toStorableText } from './json.js';
import { redactText } from './redact-text.js';

/** One failed attempt, as it is kept with its job. */
export interface AttemptError {
  readonly attempt: number;
  /** ISO 8601, by the clock of the worker. */
  readonly at: string;
  readonly name: string;
  readonly message: string;
  /** The error's own `code`, if it has one. */
  readonly code?: string;
  readonly stack?: string;
}

/** A job keeps its newest errors only, so that a row stays small however often it is retried. */
export const MAX_ERRORS = 10;
const MAX_MESSAGE = 2_000;
const MAX_STACK = 6_000;

/** Describes anything that was thrown, errors with throwing getters included; secrets that are known by their form are left out. */
export function attemptError(thrown: unknown, attempt: number, at = new Date()): AttemptError {
  const code = read(() => (thrown as { code?: unknown }).code);
  const stack = isError(thrown) ? read(() => thrown.stack) : undefined;
  return {
    attempt,
    at: at.toISOString(),
    name: toStorableText(nameOf(thrown), 200),
    message: toStorableText(redactText(messageOf(thrown)), MAX_MESSAGE),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: toStorableText(String(code), 100) } : {}),
    ...(typeof stack === 'string' ? { stack: toStorableText(redactText(withCauses(stack, thrown)), MAX_STACK) } : {}),
  };
}

function nameOf(thrown: unknown): string {
  const name = isError(thrown) ? read(() => thrown.name) : undefined;
  return typeof name === 'string' && name ? name : thrown === null ? 'null' : typeof thrown;
}

function messageOf(thrown: unknown): string {
  const text = read(() => (isError(thrown) ? thrown.message : describe(thrown)));
  return typeof text === 'string' ? text : 'something was thrown that cannot be described';
}

function describe(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  return read(() => JSON.stringify(thrown)) ?? Object.prototype.toString.call(thrown);
}

function withCauses(stack: string, thrown: unknown, depth = 0): string {
  const cause = read(() => (thrown as Error).cause);
  if (depth === 3 || !isError(cause)) return stack;
  const causeStack = read(() => cause.stack);
  return withCauses(
    `${stack}\nCaused by: ${typeof causeStack === 'string' ? causeStack : messageOf(cause)}`,
    cause,
    depth + 1,
  );
}

/** `instanceof` itself throws for a revoked proxy. */
function isError(value: unknown): value is Error {
  return read(() => value instanceof Error) ?? false;
}

/** Getters of foreign errors may throw; what cannot be read is left out. */
function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
