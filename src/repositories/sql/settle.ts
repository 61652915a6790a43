import type { Verb } from '../../core/job-state.js';
import { guard } from './guard.js';

/** What a statement that ends attempts gives back for each job that was really the caller's. */
export interface SettledRow {
  readonly id: string;
  readonly lockKey: string | null;
  readonly runId: string | null;
}

/** A job of which a cancel was requested does not go back among those that wait; its worker then cancels it. */
export const NOT_CANCELLED = 'j.cancel_requested_at is null';

/**
 * The CTEs `input` (parameters 1 and 2: ids and fencing tokens, then one array for each extra column) and `gone`, which
 * takes the rows of one verb out of `job`. The token is the fence: a late answer of a worker that lost its lease finds
 * no row with its token and changes nothing. By `any(array)`, because a join alone may be planned as a sequential scan.
 */
export function takeAttempts(
  schema: string,
  verb: Verb,
  extras: readonly (readonly [name: string, type: string])[],
  condition = 'true',
): string {
  const arrays = ['$1::uuid[]', '$2::bigint[]', ...extras.map(([, type], index) => `$${index + 3}::${type}[]`)];
  const names = ['id', 'token', ...extras.map(([name]) => name)];
  return `input as materialized (
  select * from unnest(${arrays.join(', ')}) as i(${names.join(', ')})
),
gone as (
  delete from ${schema}.job j using input i
  where j.id = any($1::uuid[]) and j.id = i.id and j.token = i.token and ${guard(verb, 'job', 'j')} and ${condition}
  returning j.*${extras.map(([name]) => `, i.${name} as new_${name}`).join('')}
)`;
}

/** The closing SELECT: who was accepted; the caller misses the others. */
export const settledRows = (from: string): string => `select id, lock_key as "lockKey", run_id as "runId" from ${from}`;
