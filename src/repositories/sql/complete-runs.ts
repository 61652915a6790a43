import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { ofRun } from './of-run.js';
import { runIsOver } from './run-is-over.js';

/**
 * Ends runs of which all steps are over. The result of the step after which none comes is the output; of several such
 * steps, an object of their results by name. The caller holds the runs' rows. Ids are sorted.
 */
export const completeRuns = statement<
  readonly [
    ids: readonly string[],
    /** Array literals of the names of the steps after which none comes. */
    ends: readonly string[],
  ],
  { readonly id: string; readonly name: string }
>(
  'complete-runs',
  ({ schema }) => `
with completed as (
  update ${schema}.pipeline_run r set state = 'completed', ${runIsOver(schema)},
    output = (
      select case count(*) when 1 then jsonb_agg(e.result) -> 0 else jsonb_object_agg(e.step, e.result) end
      from (
        select s.step, case when s.kind = 'one' or s.state = 'skipped' then s.result else coalesce((
          select jsonb_agg(i.result order by i.item) from ${schema}.pipeline_item i
          where i.run_id = s.run_id and i.step = s.step
        ), '[]') end as result
        from unnest(${ofRun('r.id', 2, 'text')}::text[]) as n(step)
        cross join lateral (select * from ${schema}.pipeline_step s where s.run_id = r.id and s.step = n.step offset 0) s
      ) e
    )
  where r.id = ${anyOf(1, 'uuid')}
  returning r.id, r.name
)
select id, name from completed`,
);
