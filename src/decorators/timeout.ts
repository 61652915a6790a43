import type { Duration } from '../core/duration.js';
import type { SettingsTarget } from './decorator-target.js';
import { record } from './metadata.js';

/**
 * How long one attempt may take. Then `job.signal` aborts and the attempt counts as failed, whatever its handler does.
 * Without it, the worker's own default applies.
 * @param duration more than zero, at most 24 days
 * @example @Timeout('5m')
 */
export function Timeout(duration: Duration) {
  return (target: SettingsTarget): void => record(target, 'Timeout', duration);
}
