import { statement } from '../statement.js';

/**
 * Extends a held lock. No row: it had run out, or was taken away; the token is the fence. `is true` keeps the planner off the
 * index of locks by their ends.
 */
export const renewLock = statement<readonly [key: string, token: string, ttlMs: number], { readonly key: string }>(
  'renew-lock',
  ({ schema }) => `
with renewed as (
  update ${schema}.lock l set expires_at = ${schema}.clock() + $3::int * interval '1 millisecond'
  where l.key = $1::text and l.token = $2::bigint and l.job_id is null and (l.expires_at > ${schema}.clock()) is true
  returning l.key
)
select key from renewed`,
);
