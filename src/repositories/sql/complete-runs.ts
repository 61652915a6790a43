import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { DEFAULT_KEEP_MS } from './job-columns.js';
import { ofRun } from './of-run.js';

/** Ends runs whose last step is completed; its result is their output. The caller holds their rows. Ids are sorted. */
export const completeRuns = statement<
  readonly [ids: readonly string[], lastSteps: readonly string[]],
  { readonly id: string; readonly name: string }
>(
  'complete-runs',
  ({ schema }) => `
with completed as (
  update ${schema}.pipeline_run r set state = 'completed', finished_at = ${schema}.clock(),
    prune_at = ${schema}.clock() + ${DEFAULT_KEEP_MS} * interval '1 millisecond',
    output = (
      select case s.kind when 'one' then s.result else coalesce((
        select jsonb_agg(i.result order by i.item) from ${schema}.pipeline_item i
        where i.run_id = s.run_id and i.step = s.step
      ), '[]') end
      from ${schema}.pipeline_step s where s.run_id = r.id and s.step = ${ofRun('r.id', 2, 'text')}
    )
  where r.id = ${anyOf(1, 'uuid')}
  returning r.id, r.name
)
select id, name from completed`,
);
