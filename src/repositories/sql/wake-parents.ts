import { nextValue, statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/**
 * Makes the jobs available that wait for child runs: `promote`, before their time. They have the ids of the children, whose
 * ends the same transaction has stored. One that is about to be suspended waits for the child's row and then sees its end.
 * Locks rows of jobs after those of runs, but of parents only: whoever holds such a row waits for no run below its own. A cancel
 * of many jobs at once may; then PostgreSQL refuses one of the two, which tries again.
 */
export const wakeParents = statement<readonly [runIds: readonly string[], channel: string], { readonly woken: number }>(
  'wake-parents',
  ({ schema }) => `
with gone as (
  delete from ${schema}.job_waiting w
  where w.id = ${anyOf(1, 'uuid')} and w.state = 'scheduled' and w.meta ? 'waitsFor' and ${guard('promote', 'job_waiting', 'w')}
  returning w.*
),
available as (
  insert into ${schema}.job (${jobColumns})
  select ${jobValues('g', { seq: nextValue(schema, 'job_seq'), available_at: `${schema}.clock()`, meta: `g.meta - 'waitsFor'` })} from gone g
  returning id
)
select count(*)::int as woken, case when count(*) > 0 then pg_notify($2, '') end from available`,
);
