import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/** Sets another time for jobs that have not started. Races as `cancel-jobs`: the caller asks again for ids not returned. */
export const rescheduleJobs = statement<
  readonly [ids: readonly string[], runAt: string | null, delayMs: number | null],
  { readonly id: string; readonly lockKey: string | null }
>(
  'reschedule-jobs',
  ({ schema }) => `
with due as materialized (
  select coalesce($2::timestamptz, ${schema}.clock() + $3::float8 * interval '1 millisecond') as run_at
),
held as materialized (
  select j.id, j.token from ${schema}.job j where j.id = ${anyOf(1, 'uuid')} order by j.id for update
),
available as (
  delete from ${schema}.job j using held h where j.id = h.id and h.token is null returning j.*
),
moved as (
  insert into ${schema}.job_waiting (${jobColumns}, state, run_at)
  select ${jobValues('a', { available_at: 'null' })}, 'scheduled', due.run_at from available a cross join due
  returning id, lock_key
),
changed as (
  update ${schema}.job_waiting w set run_at = due.run_at, state = 'scheduled' from due
  where w.id = ${anyOf(1, 'uuid')} and ${guard('reschedule', 'job_waiting', 'w')}
  returning w.id
)
select id, lock_key as "lockKey" from moved union all select id, null from changed`,
);
