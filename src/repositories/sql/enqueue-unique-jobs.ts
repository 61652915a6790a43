import { statement } from '../statement.js';
import type { EnqueueParams } from './enqueue-jobs.js';
import { enqueueInput, enqueueValues } from './enqueue-jobs.js';
import { jobColumns } from './job-columns.js';

/**
 * As `enqueue-jobs`, for jobs with unique keys: the row in `unique_key` is the key, so whoever inserts it wins. A second
 * producer waits here for the first one's transaction, and takes the key if that is rolled back. Keys are taken in their
 * order, so that two batches cannot deadlock. Within one batch the first of equal keys wins. A key that is taken is not
 * locked: its job's finish deletes it, and must not wait for us.
 *
 * Gives the ids of the jobs that were not inserted; `find-unique-holders` tells why.
 */
export const enqueueUniqueJobs = statement<
  readonly [
    ...EnqueueParams,
    uniqueKeys: readonly string[],
    scopes: readonly string[],
    periods: readonly (number | null)[],
  ],
  { readonly id: string }
>(
  'enqueue-unique-jobs',
  ({ schema }) => `
with ${enqueueInput(schema)},
wanted as materialized (
  select i.*, u.unique_key, u.scope,
    case when u.scope = 'period' then ${schema}.clock() + u.period_ms * interval '1 millisecond' end as expires_at
  from input i join unnest($22::text[], $23::text[], $24::float8[]) with ordinality as u(unique_key, scope, period_ms, ord) using (ord)
),
firsts as materialized (
  select distinct on (tenant, name, unique_key) * from wanted order by tenant, name, unique_key, ord
),
expired as (
  delete from ${schema}.unique_key k using firsts f
  where k.tenant = f.tenant and k.name = f.name and k.key = f.unique_key and k.expires_at <= ${schema}.clock()
  returning 1
),
taken as (
  insert into ${schema}.unique_key (tenant, name, key, job_id, scope, expires_at)
  select tenant, name, unique_key, id, scope, expires_at from firsts
  where (select count(*) from expired) >= 0 order by tenant, name, unique_key
  on conflict (tenant, name, key) do nothing
  returning job_id
),
won as materialized (
  select w.* from wanted w where w.id = any(array(select job_id from taken)) order by w.ord
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
select w.id from wanted w
where w.id <> all(array(select job_id from taken)) and (select count(*) from notified) >= 0`,
);
