import { statement } from '../statement.js';
import { DEFAULT_KEEP_MS } from './job-columns.js';

/** Ends runs whose last step is completed; its result is their output. The caller holds their rows. */
export const completeRuns = statement<
  readonly [ids: readonly string[], lastSteps: readonly string[]],
  { readonly id: string; readonly name: string }
>(
  'complete-runs',
  ({ schema }) => `
with outputs as materialized (
  select s.run_id, case s.kind when 'one' then s.result else coalesce(i.results, '[]') end as output
  from unnest($1::uuid[], $2::text[]) as l(run_id, step)
  join ${schema}.pipeline_step s on s.run_id = l.run_id and s.step = l.step
  cross join lateral (
    select jsonb_agg(i.result order by i.item) as results
    from ${schema}.pipeline_item i where s.kind = 'each' and i.run_id = s.run_id and i.step = s.step
  ) i
  where s.run_id = any($1::uuid[])
),
completed as (
  update ${schema}.pipeline_run r set state = 'completed', output = o.output, finished_at = ${schema}.clock(),
    prune_at = ${schema}.clock() + ${DEFAULT_KEEP_MS} * interval '1 millisecond'
  from outputs o where r.id = any($1::uuid[]) and r.id = o.run_id
  returning r.id, r.name
)
select id, name from completed`,
);
