import { statement } from '../statement.js';

/**
 * Gives a new run what it takes over from the one that it repeats: steps that are over, with the items of fan-outs, and the
 * note that says so. What undoes them stays with the run that did them. The caller holds the rows of both runs.
 */
export const copySteps = statement<
  readonly [
    id: string,
    source: string,
    steps: readonly string[],
    /** JSON. */
    origin: string,
  ],
  never
>(
  'copy-steps',
  ({ schema }) => `
with noted as (
  update ${schema}.pipeline_run r set origin = $4::jsonb where r.id = $1::uuid
),
steps as (
  insert into ${schema}.pipeline_step (run_id, step, position, kind, state, total, remaining, failed, result, started_at, finished_at)
  select $1::uuid, s.step, s.position, s.kind, s.state, s.total, s.remaining, s.failed, s.result, s.started_at, s.finished_at
  from ${schema}.pipeline_step s where s.run_id = $2::uuid and s.step = any($3::text[])
),
items as (
  insert into ${schema}.pipeline_item (run_id, step, finish_order, item, state, result, finished_at)
  select $1::uuid, i.step, i.finish_order, i.item, i.state, i.result, i.finished_at
  from ${schema}.pipeline_item i where i.run_id = $2::uuid and i.step = any($3::text[])
)
select from (values (1)) as nothing where false`,
);
