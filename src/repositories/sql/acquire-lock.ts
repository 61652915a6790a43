import { statement } from '../statement.js';

/**
 * Takes a lock for a holder that renews it, still without a fencing token: `number-lock` gives it one. One row, always:
 * with `mine`, the key is the caller's; else who holds it, and for how much longer.
 */
export const acquireLock = statement<
  readonly [key: string, holder: string, ttlMs: number],
  { readonly mine: boolean; readonly holder: string; readonly remainingMs: number | null }
>(
  'acquire-lock',
  ({ schema }) => `
with taken as (
  insert into ${schema}.lock as l (key, holder, acquired_at, expires_at)
  values ($1::text, $2::text, ${schema}.clock(), ${schema}.clock() + $3::int * interval '1 millisecond')
  on conflict (key) do update set
    holder = case when l.expires_at <= ${schema}.clock() then excluded.holder else l.holder end,
    token = case when l.expires_at <= ${schema}.clock() then null else l.token end,
    acquired_at = case when l.expires_at <= ${schema}.clock() then excluded.acquired_at else l.acquired_at end,
    expires_at = case when l.expires_at <= ${schema}.clock() then excluded.expires_at else l.expires_at end
  returning l.holder, l.expires_at, l.job_id
)
select job_id is null and holder = $2::text as mine, coalesce(job_id::text, holder) as holder,
  date_part('epoch', expires_at - ${schema}.clock()) * 1000 as "remainingMs"
from taken`,
);
