import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** Takes back jobs, and their unique keys, that the same transaction has inserted: nobody else has seen them. */
export const withdrawJobs = statement<readonly [ids: readonly string[]], { readonly withdrawn: number }>(
  'withdraw-jobs',
  ({ schema }) => `
with available as (
  delete from ${schema}.job j where j.id = ${anyOf(1, 'uuid')} and j.attempt = 0 and j.token is null returning j.*
),
waiting as (
  delete from ${schema}.job_waiting w where w.id = ${anyOf(1, 'uuid')} and w.attempt = 0 returning w.*
),
gone as materialized (
  select id, tenant, name, unique_key from available union all select id, tenant, name, unique_key from waiting
),
freed as (
  delete from ${schema}.unique_key k using gone j
  where k.tenant = j.tenant and k.name = j.name and k.key = j.unique_key and k.job_id = j.id
)
select count(*)::int as withdrawn from gone`,
);
