import type { PayloadIssue } from '../core/errors.js';
import type { PayloadClass } from '../core/handler-class.js';
import { NoPayload } from './no-payload.js';

/** As in `toJson`: SQL may have stored what `enqueue` refuses, and transforms recurse. */
const MAX_DEPTH = 200;

/**
 * Names that class-transformer skips or stumbles over, so that the whitelist never sees them: `__proto__` and
 * `constructor` at any depth, and at the top those of methods, `toString` for one. They are refused, not dropped: a
 * payload arrives as it was sent, or not at all.
 */
export function refusedNames(payload: object, payloadClass: PayloadClass): readonly PayloadIssue[] {
  if (payloadClass === NoPayload) {
    return Object.keys(payload).map((path) => ({ path, message: 'is one field too many: the job takes NoPayload' }));
  }
  const issues: PayloadIssue[] = [];
  const prototype = payloadClass.prototype as Record<string, unknown>;
  for (const key of Object.keys(payload)) {
    if (key in prototype && !isReserved(key) && typeof readable(prototype, key) === 'function') {
      issues.push({ path: key, message: `is a method of ${payloadClass.name}, not a field` });
    }
  }
  collectReserved(payload, '', 1, issues);
  return issues;
}

/** Getters on a prototype may need an instance. */
function readable(prototype: Record<string, unknown>, key: string): unknown {
  try {
    return prototype[key];
  } catch {
    return undefined;
  }
}

function isReserved(key: string): boolean {
  return key === 'constructor' || key === '__proto__';
}

function collectReserved(value: object, path: string, depth: number, issues: PayloadIssue[]): void {
  if (depth > MAX_DEPTH) {
    issues.push({ path, message: `nests deeper than ${MAX_DEPTH} levels` });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (isReserved(key)) {
      issues.push({ path: path ? `${path}.${key}` : key, message: 'is a name that JavaScript reserves' });
    } else if (typeof item === 'object' && item !== null) {
      collectReserved(item as object, path ? `${path}.${key}` : key, depth + 1, issues);
    }
  }
}
