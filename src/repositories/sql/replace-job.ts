import { statement } from '../statement.js';
import { guard } from './guard.js';

/**
 * Gives the payload and time of a newer job to the holder of its unique key, if no attempt of the holder runs. A holder
 * that becomes due or is claimed at this moment keeps its own.
 */
export const replaceJob = statement<
  readonly [
    id: string,
    payload: string,
    priority: number,
    lockKey: string | null,
    tags: string,
    runAt: string | null,
    delayMs: number | null,
  ],
  { readonly id: string }
>(
  'replace-job',
  ({ schema }) => `
with held as materialized (
  select j.id from ${schema}.job j where j.id = $1::uuid and j.token is null for update
),
available as (
  update ${schema}.job j set payload = $2::jsonb, tags = $5::text[] from held h
  where j.id = h.id and ${guard('claim', 'job', 'j')}
  returning j.id
),
waiting as (
  update ${schema}.job_waiting w set payload = $2::jsonb, tags = $5::text[], priority = $3::smallint, lock_key = $4::text,
    run_at = coalesce($6::timestamptz, ${schema}.clock() + $7::float8 * interval '1 millisecond', w.run_at)
  where w.id = $1::uuid and ${guard('promote', 'job_waiting', 'w')}
  returning w.id
)
select id from available union all select id from waiting`,
);
