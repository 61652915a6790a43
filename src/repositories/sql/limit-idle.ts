import { statement } from '../statement.js';

/**
 * How long a transaction of Rowlock's own may say nothing. It waits for nothing but the database, so one that does belongs
 * to a process that stands still (a paused machine, say), and holds rows that others wait for or pass over. Less than a lease by default, so that a lease, a sweep and a poll still bound the recovery.
 */
export const IDLE_LIMIT_MS = 10_000;

/** For the rest of the transaction: the server ends it, and its session, when it has said nothing for so long. */
export const limitIdle = statement<readonly [milliseconds: string], { readonly set: string }>(
  'limit-idle',
  () => `select set_config('idle_in_transaction_session_timeout', $1, true) as set`,
);
