import { millis } from './millis.js';
import { nextValue, statement } from '../statement.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/**
 * Moves jobs that are due to the claimable ones, oldest first. One range of `job_waiting_due`; rows that somebody else
 * holds (a cancel, a second leader) are skipped. The guard comes with the delete, because the planner would take it for a
 * reason to read the whole table: all that have a time may leave for it. What a job waited for is forgotten. Gives the number moved and the milliseconds until the next one is due.
 */
export const promoteJobs = statement<
  readonly [limit: number, channel: string | null],
  { readonly promoted: number; readonly nextMs: number | null }
>(
  'promote-jobs',
  ({ schema }) => `
with due as materialized (
  select w.id from ${schema}.job_waiting w
  where w.run_at <= ${schema}.clock()
  order by w.run_at limit $1 for update skip locked
),
gone as (
  delete from ${schema}.job_waiting w where w.id = any(array(select id from due)) and ${guard('promote', 'job_waiting', 'w')}
  returning w.*
),
available as (
  insert into ${schema}.job (${jobColumns})
  select ${jobValues('g', { seq: nextValue(schema, 'job_seq'), available_at: `${schema}.clock()`, meta: `g.meta - 'waitsFor'` })}
  from (select * from gone order by run_at, seq) g
  returning 1
),
counted as materialized (select count(*)::int as promoted from available)
select promoted,
  case when promoted > 0 and $2::text is not null then pg_notify($2, '') end,
  (select ${millis(`min(w.run_at) - ${schema}.clock()`)} from ${schema}.job_waiting w
    where w.run_at > ${schema}.clock()) as "nextMs"
from counted`,
);
