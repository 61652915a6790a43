import type { Database } from '../../src/repositories/database.js';
import { findStalledRuns } from '../../src/repositories/sql/find-stalled-runs.js';
import { statement } from '../../src/repositories/statement.js';

/**
 * What must hold of runs in any snapshot, apart from what constraints see to: counts are those of the rows, and a run has
 * jobs left exactly if it is not over.
 */
const findMiscounts = statement<readonly [], { readonly violation: string }>(
  'find-miscounts',
  ({ schema }) => `
with left_jobs as (
  select run_id, step, coalesce((meta -> 'undo')::boolean, false) as undo, count(*)::int as jobs from (
    select run_id, step, meta from ${schema}.job where run_id is not null
    union all select run_id, step, meta from ${schema}.job_waiting where run_id is not null
  ) j group by 1, 2, 3
), steps as (
  select s.*, r.state as run_state, r.finished_at as run_finished_at,
    coalesce((select jobs from left_jobs j where j.run_id = s.run_id and j.step = s.step and not undo), 0) as jobs,
    coalesce((select jobs from left_jobs j where j.run_id = s.run_id and j.step = s.step and undo), 0) as undo_jobs,
    (select count(*) from ${schema}.pipeline_item i where i.run_id = s.run_id and i.step = s.step)::int as items,
    (select count(distinct item) from ${schema}.pipeline_item i where i.run_id = s.run_id and i.step = s.step)::int as distinct_items,
    (select coalesce(max(finish_order), 0) from ${schema}.pipeline_item i where i.run_id = s.run_id and i.step = s.step)::int as last_item,
    (select count(undo) from ${schema}.pipeline_item i where i.run_id = s.run_id and i.step = s.step)::int as undos
  from ${schema}.pipeline_step s join ${schema}.pipeline_run r on r.id = s.run_id
)
select format('run %s (%s) step %s (%s): %s', run_id, run_state, step, state, problem) as violation from steps
cross join lateral (values
  (remaining <> jobs, format('remaining is %s, jobs left are %s', remaining, jobs)),
  (undo_remaining <> undo_jobs, format('undo_remaining is %s, undo jobs left are %s', undo_remaining, undo_jobs)),
  (kind = 'each' and items <> total - remaining, format('%s of %s are over, items are %s', total - remaining, total, items)),
  (items <> distinct_items or items <> last_item, format('items %s, distinct %s, last %s', items, distinct_items, last_item)),
  (undoable <> case kind when 'each' then undos else (undo is not null)::int end, format('undoable is %s', undoable)),
  ((finished_at is null) <> (remaining > 0), 'finished_at and remaining disagree'),
  (run_finished_at is not null and state = 'running', 'the run is over, and the step runs'),
  (run_state = 'running' and state in ('failed', 'cancelled'), 'the step has failed, and the run goes on')
) as p(holds, problem) where holds
union all
select format('run %s is over and has jobs in step %s', r.id, j.step)
from ${schema}.pipeline_run r join left_jobs j on j.run_id = r.id where r.finished_at is not null
union all
select format('job of step %s belongs to no run', j.step)
from left_jobs j left join ${schema}.pipeline_run r on r.id = j.run_id where r.id is null
union all
select format('step %s and its items belong to no run', s.step)
from (select run_id, step from ${schema}.pipeline_step union select run_id, step from ${schema}.pipeline_item) s
where not exists (select from ${schema}.pipeline_run r join ${schema}.pipeline_step p on p.run_id = r.id
  where r.id = s.run_id and p.step = s.step)
union all
select format('run %s has begun step %s twice', run_id, step) from (
  select run_id, step, item, count(*) from ${schema}.jobs
  where run_id is not null and not coalesce((meta -> 'undo')::boolean, false)
    and state not in ('cancelled', 'discarded') -- which a retry of the run does again
  group by 1, 2, 3 having count(*) > 1
) twice`,
);

/** Everything that is wrong with the runs of a schema at this moment, one line each. */
export async function runViolations(database: Database): Promise<string[]> {
  const stalled = await database.run(findStalledRuns, [100]);
  const miscounts = await database.run(findMiscounts, []);
  return [
    ...stalled.map(({ id, name, state }) => `run ${id} of ${name} is ${state} and has no job left`),
    ...miscounts.map(({ violation }) => violation),
  ];
}
