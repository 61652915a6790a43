import { createHash } from 'node:crypto';
import { PayloadError } from '../core/errors.js';
import { toStorableText } from '../core/json.js';
import { templateRenderer } from '../core/key-template.js';
import { LIMITS } from '../core/limits.js';
import type { KeyOption } from '../decorators/handler-settings.js';

/** How a lock or unique key is made from a payload. */
export interface KeySource {
  /** The template, or null if the key was given as a function. */
  readonly template: string | null;
  /**
   * The key of a validated payload (an instance of its class), at most 1000 bytes of UTF-8.
   * @throws PayloadError if a key function throws, or returns what is no key
   */
  render(payload: unknown): string;
}

/** @param decorator named in errors, such as `@Lock` */
export function keySource(option: KeyOption, decorator: '@Lock' | '@Unique', jobName: string): KeySource {
  if (typeof option === 'string') {
    const render = templateRenderer(option);
    return Object.freeze({ template: option, render: (payload: unknown) => storableKey(render(payload)) });
  }
  const fail = (why: string, cause?: unknown): never => {
    const message = `the key function of ${decorator} ${why}`;
    throw new PayloadError(jobName, [{ path: '', message }], { cause });
  };
  const render = (payload: unknown): string => {
    const key = call(option, payload, fail);
    if (typeof key !== 'string') return fail(`returned ${key === null ? 'null' : typeof key}, not a text`);
    if (key === '') return fail('returned an empty text');
    return !isStorable(key) ? fail('returned a text with a NUL or half of a surrogate pair') : storableKey(key);
  };
  return Object.freeze({ template: null, render });
}

function call(
  key: (payload: never) => string,
  payload: unknown,
  fail: (why: string, cause: unknown) => never,
): unknown {
  try {
    return key(payload as never);
  } catch (error) {
    return fail(`threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`, error);
  }
}

/** Whether a text is without NUL and halves of surrogate pairs, which PostgreSQL refuses. In unicode mode, whole pairs do not match. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

const HEAD = 300; // at most 900 bytes of UTF-8

/**
 * A long URL must not make a job impossible: its key keeps a readable head, and a hash of the whole. Counted in bytes,
 * because PostgreSQL refuses index entries past 2,704 of them.
 */
export function storableKey(key: string): string {
  if (Buffer.byteLength(key) <= LIMITS.keyLength) return key;
  return `${toStorableText(key, HEAD)}#${createHash('sha256').update(key).digest('hex')}`;
}
