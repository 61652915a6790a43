import { nextValue, statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/**
 * Brings finished jobs back under their own ids, with fresh attempts; errors stay, and `meta.redriven` counts. A job whose
 * unique key another has, or a newer one of the same call, stays where it is, and so do the steps of a run, which only
 * their run may repeat.
 */
export const redriveJobs = statement<
  readonly [ids: readonly string[], channel: string | null],
  { readonly id: string }
>(
  'redrive-jobs',
  ({ schema }) => `
with found as materialized (
  select h.* from ${schema}.job_history h
  where h.id = ${anyOf(1, 'uuid')} and h.run_id is null and ${guard('redrive', 'job_history', 'h')}
  order by h.id for update skip locked
),
newest as materialized (
  select distinct on (f.tenant, f.name, f.unique_key) f.tenant, f.name, f.unique_key, f.id
  from found f where f.unique_key is not null order by f.tenant, f.name, f.unique_key, f.seq desc
),
taken as (
  insert into ${schema}.unique_key as k (tenant, name, key, job_id, scope)
  select n.tenant, n.name, n.unique_key, n.id, 'unfinished' from newest n order by n.tenant, n.name, n.unique_key
  on conflict (tenant, name, key) do update set
    job_id = case when k.expires_at <= ${schema}.clock() then excluded.job_id else k.job_id end,
    scope = case when k.expires_at <= ${schema}.clock() then excluded.scope else k.scope end,
    expires_at = case when k.expires_at <= ${schema}.clock() then null else k.expires_at end
  returning k.job_id
),
allowed as materialized (
  select f.* from found f where f.unique_key is null or f.id in (select job_id from taken)
),
gone as (
  delete from ${schema}.job_history h
  where h.id = any(array(select id from allowed)) and h.run_id is null and ${guard('redrive', 'job_history', 'h')}
),
back as (
  insert into ${schema}.job (${jobColumns})
  select ${jobValues('a', {
    seq: nextValue(schema, 'job_seq'),
    attempt: '0',
    progress: 'null',
    progress_message: 'null',
    available_at: `${schema}.clock()`,
    meta: `(coalesce(a.meta, '{}') - 'waitsFor') || jsonb_build_object('redriven', coalesce((a.meta ->> 'redriven')::int, 0) + 1,
      'redrivenFrom', a.state, 'redrivenAt', ${schema}.clock())`,
  })} from allowed a
  returning id
),
notified as materialized (
  select case when $2::text is not null then pg_notify($2, '') end from back limit 1
)
select id from back where (select count(*) from notified) >= 0`,
);
