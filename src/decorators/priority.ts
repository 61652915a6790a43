import type { Priority as PriorityLevel } from '../core/limits.js';
import type { SettingsTarget } from './decorator-target.js';
import { record } from './metadata.js';

/**
 * The priority of this handler's jobs within their queue, unless `enqueue` names another.
 * @param priority 0 (first) to 9 (last); 5 without it
 * @example @Priority(1)
 */
export function Priority(priority: PriorityLevel) {
  return (target: SettingsTarget): void => record(target, 'Priority', priority);
}
