import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/**
 * Holds what steps wait for whose jobs are about to be suspended: answers from outside, and child runs, which have the ids of
 * the jobs. Whoever sends an answer or ends a child meanwhile waits for the commit and then finds the job suspended, and what
 * came before is seen by the next statement of the transaction. In the order in which they are given, that of runs and steps;
 * after the rows of the jobs.
 */
export const holdWaits = statement<
  readonly [runIds: readonly string[], steps: readonly string[], jobs: readonly string[]],
  { readonly held: number }
>(
  'hold-waits',
  ({ schema }) => `
with waits as materialized (
  select w.step from unnest($1::uuid[], $2::text[]) as j(run_id, step)
  cross join lateral (
    select w.step from ${schema}.pipeline_wait w where w.run_id = j.run_id and w.step = j.step for no key update
  ) w
),
children as materialized (
  select r.id from ${schema}.pipeline_run r where r.id = ${anyOf(3, 'uuid')} order by r.id for share
)
select (select count(*) from waits)::int + (select count(*) from children)::int as held`,
);
