import { statement } from '../statement.js';

/** For the rest of the transaction: whoever cannot have a lock in that time fails, and keeps nobody else waiting. */
export const setLockTimeout = statement<readonly [milliseconds: string], { readonly set: string }>(
  'set-lock-timeout',
  () => `select set_config('lock_timeout', $1, true) as set`,
);
