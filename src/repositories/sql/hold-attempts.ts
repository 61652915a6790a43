import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/**
 * Holds jobs that are about to wait for signals, in the order of their ids: whoever sends one meanwhile waits for the
 * commit, and what was sent before is seen by the next statement of the transaction.
 */
export const holdAttempts = statement<readonly [ids: readonly string[]], { readonly id: string }>(
  'hold-attempts',
  ({ schema }) => `
select j.id from ${schema}.job j where j.id = ${anyOf(1, 'uuid')} order by j.id for update`,
);
