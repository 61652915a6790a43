import type { Duration } from '../core/duration.js';
import type { SettingsTarget } from './decorator-target.js';
import { record } from './metadata.js';

/**
 * How long a finished job stays readable, with its result and errors, before retention removes it. Without it, the
 * default retention of the application applies.
 * @example @Keep('30d')
 */
export function Keep(duration: Duration) {
  return (target: SettingsTarget): void => record(target, 'Keep', duration);
}
