import { statement } from '../statement.js';

/** The number of the server's process that serves the session. */
export const sessionPid = statement<readonly [], { readonly pid: number }>(
  'session-pid',
  () => `select pg_backend_pid() as pid`,
);
