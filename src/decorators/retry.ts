import type { RetryOptions } from '../core/retry-policy.js';
import type { SettingsTarget } from './decorator-target.js';
import { record } from './metadata.js';

/**
 * How often a failed job is tried, and how long it waits in between. Without it: 3 attempts, after 5 s and 10 s.
 * @example @Retry({ attempts: 5, backoff: 'exponential', delay: '5s', maxDelay: '10m', unless: [NotFound] })
 */
export function Retry(options: RetryOptions) {
  return (target: SettingsTarget): void => record(target, 'Retry', options);
}
