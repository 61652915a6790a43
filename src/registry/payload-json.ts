import type { PayloadIssue } from '../core/errors.js';
import { PayloadError } from '../core/errors.js';
import { toJson } from '../core/json.js';
import { LIMITS } from '../core/limits.js';

/**
 * The JSON text of a payload, ready for a jsonb column. Where a result is mended (see `toJson`), a payload is refused:
 * its sender is still there to be told, and a changed payload could mean another job.
 * @throws PayloadError if it is no object, or holds text that PostgreSQL cannot store, naming the fields
 * @throws NotSerializableError for BigInt, cycles, throwing getters and nesting past 200 levels
 * @throws TooLargeError past 256 KiB
 */
export function payloadJson(jobName: string, payload: unknown): string {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw noObject(jobName, payload);
  const text = toJson(payload, `The payload of job "${jobName}"`, LIMITS.payloadBytes);
  if (!text.startsWith('{')) throw noObject(jobName, JSON.parse(text));
  if (text.includes('\uFFFD')) refuseMended(jobName, payload); // the replacement character: put there by toJson, or by the sender
  return text;
}

/** @throws PayloadError naming the kind of the value */
export function noObject(jobName: string, value: unknown): PayloadError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return new PayloadError(jobName, [{ path: '', message: `it must be an object with fields, and is ${kind}` }]);
}

function refuseMended(jobName: string, payload: object): void {
  const issues: PayloadIssue[] = [];
  collectUnstorable(JSON.parse(JSON.stringify(payload)), '', issues);
  if (issues.length > 0) throw new PayloadError(jobName, issues);
}

/** NUL, and halves of surrogate pairs: in unicode mode, whole pairs do not match. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

function collectUnstorable(value: unknown, path: string, issues: PayloadIssue[]): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) issues.push({ path, message: 'holds a NUL or half of a surrogate pair' });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (UNSTORABLE.test(key))
        issues.push({ path, message: 'has a name in it with a NUL or half of a surrogate pair' });
      collectUnstorable(item, path ? `${path}.${key}` : key, issues);
    }
  }
}
