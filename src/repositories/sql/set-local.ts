import { statement } from '../statement.js';

/** Sets a parameter of the session for the rest of the transaction; milliseconds where it is a time. */
export const setLocal = statement<
  readonly [parameter: 'lock_timeout' | 'idle_in_transaction_session_timeout', value: string],
  { readonly set: string }
>('set-local', () => `select set_config($1, $2, true) as set`);
