import { statement } from '../statement.js';

/**
 * The keys behind which jobs wait although nobody holds them: a lease of a `Locks` holder ran out. Takes their rows over
 * so that `pass-lock-keys` may pass them on. A walk over distinct keys by `job_waiting_lock`, one probe each.
 */
export const claimStrandedKeys = statement<readonly [limit: number], { readonly key: string }>(
  'claim-stranded-keys',
  ({ schema }) => `
with recursive ${strandedKeys(schema, '$1')},
held as (
  insert into ${schema}.lock as l (key, holder, acquired_at, expires_at)
  select key, '', ${schema}.clock(), ${schema}.clock() from stranded order by key
  on conflict (key) do update set holder = '' where l.expires_at <= ${schema}.clock()
  returning l.key
)
select key from held`,
);

/** The CTE `stranded`, after `with recursive`. */
export function strandedKeys(schema: string, limit: string): string {
  return `waiting as (
  (select w.lock_key from ${schema}.job_waiting w where w.state = 'pending' and w.lock_key is not null order by w.lock_key limit 1)
  union all
  select (select w.lock_key from ${schema}.job_waiting w
    where w.state = 'pending' and w.lock_key is not null and w.lock_key > k.lock_key order by w.lock_key limit 1)
  from waiting k where k.lock_key is not null
),
stranded as materialized (
  select k.lock_key as key from waiting k left join ${schema}.lock l on l.key = k.lock_key
  where k.lock_key is not null and (l.key is null or l.expires_at <= ${schema}.clock()) limit ${limit}
)`;
}
