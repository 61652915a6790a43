import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { DefinitionError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';

/** After a time from now, or at a moment of the database's clock; one of the two, or neither. */
export interface Due {
  readonly ms: number | null;
  /** ISO 8601. */
  readonly at: string | null;
}

/**
 * When something goes on that sleeps or waits.
 * @param what names it in errors
 * @throws DefinitionError `DURATION_INVALID`, and `OPTION_INVALID` if it is no time, or more than a year away
 */
export function due(until: Duration | Date, what: string): Due {
  if (!(until instanceof Date)) {
    const ms = milliseconds(until, what);
    if (ms <= LIMITS.delayMs) return { ms, at: null };
  } else if (until.getTime() <= Date.now() + LIMITS.delayMs) {
    // Years before the first are written as PostgreSQL does not read them; of what is past, it does not matter how long.
    return { ms: null, at: new Date(Math.max(0, until.getTime())).toISOString() };
  }
  throw new DefinitionError('OPTION_INVALID', `${what}: it must be a valid time that is at most a year away.`);
}
