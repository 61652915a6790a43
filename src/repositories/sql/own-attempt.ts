import { guard } from './guard.js';

/**
 * The CTE `mine`: the row of a running job, by its id and token as parameters 1 and 2, held until the commit. So a rescue
 * comes before or after: an attempt that has lost its lease finds no row with its token.
 */
export function ownAttempt(schema: string): string {
  return `mine as materialized (
  select j.id from ${schema}.job j where j.id = $1::uuid and j.token = $2::bigint and ${guard('complete', 'job', 'j')} for share
)`;
}
