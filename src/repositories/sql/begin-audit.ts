import { statement } from '../statement.js';

/** For the rest of the transaction: nothing can be written, and no statement takes longer than that. */
export const beginAudit = statement<readonly [timeoutMs: string], { readonly readOnly: string }>(
  'begin-audit',
  () =>
    `select set_config('transaction_read_only', 'on', true) as "readOnly", set_config('statement_timeout', $1, true)`,
);
