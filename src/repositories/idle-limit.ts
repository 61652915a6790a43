/**
 * For how many milliseconds a transaction of Rowlock's own may say nothing. It waits for nothing but the database, so one
 * that does belongs to a process that stands still (a paused machine, say), and holds rows that others wait for or pass
 * over: the server ends it then. Less than a lease by default, so that a lease, a sweep and a poll still bound the recovery.
 */
export const IDLE_LIMIT_MS = 10_000;
