import { statement } from '../statement.js';
import type { EnqueueParams } from './enqueue-jobs.js';
import { enqueueInput, enqueueValues } from './enqueue-jobs.js';
import { jobColumns } from './job-columns.js';

/**
 * As `enqueue-jobs`, for jobs with unique keys: the row in `unique_key` is the key, so whoever inserts it wins. A second
 * producer waits here for the first one's transaction, and takes the key if that is rolled back. Keys are taken in their
 * order, so that two batches cannot deadlock. Within one batch the first of equal keys wins.
 *
 * Gives a row for each job that was not inserted, with the holder of its key.
 */
export const enqueueUniqueJobs = statement<
  readonly [
    ...EnqueueParams,
    uniqueKeys: readonly string[],
    scopes: readonly string[],
    periods: readonly (number | null)[],
  ],
  { readonly id: string; readonly holder: string }
>(
  'enqueue-unique-jobs',
  ({ schema }) => `
with ${enqueueInput(schema)},
wanted as materialized (
  select i.*, u.unique_key, u.scope,
    case when u.scope = 'period' then ${schema}.clock() + u.period_ms * interval '1 millisecond' end as expires_at
  from input i join unnest($21::text[], $22::text[], $23::float8[]) with ordinality as u(unique_key, scope, period_ms, ord) using (ord)
),
firsts as materialized (
  select distinct on (tenant, name, unique_key) * from wanted order by tenant, name, unique_key, ord
),
taken as (
  insert into ${schema}.unique_key as k (tenant, name, key, job_id, scope, expires_at)
  select tenant, name, unique_key, id, scope, expires_at from firsts order by tenant, name, unique_key
  on conflict (tenant, name, key) do update set
    job_id = case when k.expires_at <= ${schema}.clock() then excluded.job_id else k.job_id end,
    scope = case when k.expires_at <= ${schema}.clock() then excluded.scope else k.scope end,
    expires_at = case when k.expires_at <= ${schema}.clock() then excluded.expires_at else k.expires_at end
  returning k.tenant, k.name, k.key, k.job_id
),
won as materialized (
  select w.* from wanted w where w.id = any(array(select job_id from taken))
),
due as (
  insert into ${schema}.job (${jobColumns}) select ${enqueueValues(schema, 'i.unique_key')} from won i where i.run_at is null
),
later as (
  insert into ${schema}.job_waiting (${jobColumns}, state, run_at)
  select ${enqueueValues(schema, 'i.unique_key')}, 'scheduled', i.run_at from won i where i.run_at is not null
),
notified as materialized (
  select case when $16::text is not null then pg_notify($16, '') end from won limit 1
)
select w.id, t.job_id as holder
from wanted w join taken t on t.tenant = w.tenant and t.name = w.name and t.key = w.unique_key
where w.id <> all(array(select job_id from taken)) and (select count(*) from notified) >= 0`,
);
