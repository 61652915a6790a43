import { statement } from '../statement.js';

/** Sends a notification. */
export const notify = statement<readonly [channel: string, payload: string], unknown>(
  'notify',
  () => `select pg_notify($1, $2)`,
);
