import { statement } from '../statement.js';

/**
 * Lets a run go on that failed or was cancelled: as if it had never begun the steps that are done anew, and in fan-outs that
 * go on, the items that failed. Those that stay are numbered anew, from 1 on; the numbering reads them all before it inserts
 * the first, so that none meets one that is still there. What a step was sent that it waits for it keeps. The caller holds the run's row. What it is given to do is counted
 * from now: a deadline too.
 */
export const reopenRun = statement<
  readonly [
    id: string,
    /** Steps that are done anew. */
    anew: readonly string[],
    /** Fan-outs that keep items. */
    resumed: readonly string[],
    /** Fan-outs of which all items have ended well, though the run was stopped. */
    over: readonly string[],
  ],
  { readonly reopened: number }
>(
  'reopen-run',
  ({ schema }) => `
with reopened as (
  update ${schema}.pipeline_run r set state = 'running', ends_as = null, undoes = false, error = null, finished_at = null,
    prune_at = null, retries = r.retries + 1, retried_at = ${schema}.clock(),
    deadline_at = ${schema}.clock() + (r.deadline_at - coalesce(r.retried_at, r.created_at))
  where r.id = $1::uuid
  returning 1
),
forgotten as (
  delete from ${schema}.pipeline_step s where s.run_id = $1::uuid and s.step = any($2::text[])
),
waits as (
  delete from ${schema}.pipeline_wait w where w.run_id = $1::uuid and w.step = any($2::text[]) and w.outcome is distinct from 'answered'
),
items as (
  delete from ${schema}.pipeline_item i where i.run_id = $1::uuid and i.step = any($2::text[] || $3::text[]) returning i.*
),
kept as (
  insert into ${schema}.pipeline_item (run_id, step, finish_order, item, state, result, undo, finished_at)
  select i.run_id, i.step, row_number() over (partition by i.step order by i.finish_order), i.item, i.state, i.result, i.undo,
    i.finished_at
  from items i where i.step = any($3::text[]) and i.state in ('completed', 'skipped', 'substituted')
),
lost as materialized (
  select i.step, count(*)::int as items, count(*) filter (where i.state = 'failed')::int as failed
  from items i where i.step = any($3::text[]) and i.state in ('failed', 'cancelled') group by i.step
),
resumed as (
  update ${schema}.pipeline_step s set state = 'running', remaining = l.items, failed = s.failed - l.failed,
    started_at = ${schema}.clock(), finished_at = null
  from lost l where s.run_id = $1::uuid and s.step = l.step
),
over as (
  update ${schema}.pipeline_step s set state = 'completed', started_at = ${schema}.clock(), finished_at = ${schema}.clock()
  where s.run_id = $1::uuid and s.step = any($4::text[])
)
select count(*)::int as reopened from reopened`,
);
