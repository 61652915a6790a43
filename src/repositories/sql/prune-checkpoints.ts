import { statement } from '../statement.js';

/**
 * Deletes checkpoints and signals of jobs that are neither unfinished nor dead letters: those that ended without an
 * attempt of their own that knew of them, and those that retention has removed. Looks at the next jobs in the order of
 * their ids, so that each call is as cheap as its limit; `last` is where the next one goes on, null at the end.
 */
export const pruneCheckpoints = statement<
  readonly [after: string, limit: number],
  { readonly last: string | null; readonly pruned: number }
>(
  'prune-checkpoints',
  ({ schema }) => `
with recursive walk as (
  select (${nextJob(schema, '$1::uuid')}) as job_id, 1 as nth
  union all
  select (${nextJob(schema, 's.job_id')}), s.nth + 1 from walk s where s.job_id is not null and s.nth < $2::int
),
stray as materialized (
  select s.job_id from walk s
  where s.job_id is not null
    and not exists (select from ${schema}.job j where j.id = s.job_id)
    and not exists (select from ${schema}.job_waiting w where w.id = s.job_id)
    and not exists (select from ${schema}.job_history h where h.id = s.job_id and h.state = 'discarded')
),
signals as (
  delete from ${schema}.signal g where g.job_id = any(array(select job_id from stray))
),
checkpoints as (
  delete from ${schema}.checkpoint c where c.job_id = any(array(select job_id from stray)) returning 1
)
select (select job_id from walk where nth = $2::int) as last, (select count(*) from stray)::int as pruned`,
);

/** The next job that has checkpoints or signals: a probe of each primary key. */
function nextJob(schema: string, after: string): string {
  return `least((select c.job_id from ${schema}.checkpoint c where c.job_id > ${after} order by c.job_id limit 1),
    (select g.job_id from ${schema}.signal g where g.job_id > ${after} order by g.job_id limit 1))`;
}
