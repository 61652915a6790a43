import { statement } from '../statement.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/**
 * Second half of freeing lock keys (the first is `hold-lock-keys`): passes each key to the job that was enqueued first
 * of those parked behind it, and makes that job available at its old place; a key that nobody waits for is free. One
 * index probe of `job_waiting_lock` a key, whatever the number of waiters, and one of `lock_pkey`: not a join, for which the
 * planner may read all locks.
 */
export const passLockKeys = statement<readonly [keys: readonly string[], channel: string | null], ReleasedRow>(
  'pass-lock-keys',
  ({ schema }) => `
with next as materialized (
  select k.key, w.id from unnest($1::text[]) as k(key)
  cross join lateral (
    select w.id from ${schema}.job_waiting w
    where w.lock_key = k.key and ${guard('release', 'job_waiting', 'w')}
    order by w.seq limit 1 for update skip locked
  ) w
),
gone as (
  delete from ${schema}.job_waiting w where w.id = any(array(select id from next)) returning w.*
),
released as (
  insert into ${schema}.job (${jobColumns}) select ${jobValues('g', { available_at: `${schema}.clock()` })} from gone g
  returning queue, priority, seq
),
passed as (
  update ${schema}.lock l set job_id = ((select jsonb_object_agg(key, id) from next) ->> l.key)::uuid, expires_at = null, holder = ''
  where l.key = any(array(select key from next))
),
free as (
  delete from ${schema}.lock l
  where l.key = any(array(select k.key from unnest($1::text[]) as k(key) where k.key not in (select key from next)))
),
notified as materialized (
  select case when $2::text is not null then pg_notify($2, '') end from released limit 1
)
select queue, priority, seq::text as seq from released where (select count(*) from notified) >= 0`,
);

/** Where a job became available, so that this process looks there again, below its floor. */
export interface ReleasedRow {
  readonly queue: string;
  readonly priority: number;
  readonly seq: string;
}
