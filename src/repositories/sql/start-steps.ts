import { statement } from '../statement.js';

/** Begins steps of runs whose rows the caller holds. One without jobs is over at once: skipped, or a fan-out of nothing. */
export const startSteps = statement<
  readonly [
    runIds: readonly string[],
    steps: readonly string[],
    positions: readonly number[],
    kinds: readonly string[],
    totals: readonly number[],
    states: readonly string[],
  ],
  never
>(
  'start-steps',
  ({ schema }) => `
with started as (
  insert into ${schema}.pipeline_step (run_id, step, position, kind, state, total, remaining, started_at, finished_at)
  select i.run_id, i.step, i.position, i.kind, ${startedAs(schema)}
  from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::int[], $6::text[])
    as i(run_id, step, position, kind, total, state)
)
select from (values (1)) as nothing where false`,
);

/** The columns from `state` on, out of a row aliased `i`. */
export function startedAs(schema: string): string {
  return `i.state, i.total, i.total, ${schema}.clock(), case when i.state <> 'running' then ${schema}.clock() end`;
}
