import { nextValue, statement } from '../statement.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/** Makes a job available that waits for a signal of that name: `promote`, before its time. */
export const wakeJob = statement<readonly [job: string, signal: string, channel: string], { readonly id: string }>(
  'wake-job',
  ({ schema }) => `
with gone as (
  delete from ${schema}.job_waiting w
  where w.id = $1::uuid and w.state = 'scheduled' and w.meta ->> 'waitsFor' = $2 and ${guard('promote', 'job_waiting', 'w')}
  returning w.*
),
available as (
  insert into ${schema}.job (${jobColumns})
  select ${jobValues('g', { seq: nextValue(schema, 'job_seq'), available_at: `${schema}.clock()`, meta: `g.meta - 'waitsFor'` })} from gone g
  returning id
)
select id, pg_notify($3, '') from available`,
);
