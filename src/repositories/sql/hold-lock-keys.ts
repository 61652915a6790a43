import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/**
 * First half of freeing lock keys: locks their rows, in the order of keys, so that claims that would park a job behind
 * one of them wait until this transaction is over, and see what it made of the key. Run before `pass-lock-keys`, in the
 * same transaction: only a statement that begins after this one sees what was parked until now.
 */
export const holdLockKeys = statement<
  readonly [jobIds: readonly string[], keys: readonly string[]],
  { readonly key: string }
>(
  'hold-lock-keys',
  ({ schema }) => `
select l.key from ${schema}.lock l where l.key = ${anyOf(2, 'text')} and l.job_id = any($1::uuid[]) order by l.key for update`,
);
