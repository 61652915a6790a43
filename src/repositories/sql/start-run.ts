import { statement } from '../statement.js';
import { startedAs } from './start-steps.js';

/**
 * Inserts a run with the steps that it begins with, and the graph of its pipeline where that is not known yet. No row
 * comes back if a run of that id is there: then nothing was inserted but perhaps the graph.
 */
export const startRun = statement<
  readonly [
    id: string,
    name: string,
    version: string,
    input: string,
    priority: number | null,
    tags: readonly string[],
    owner: string | null,
    tenant: string,
    graph: string | null,
    steps: readonly string[],
    positions: readonly number[],
    kinds: readonly string[],
    totals: readonly number[],
  ],
  { readonly id: string }
>(
  'start-run',
  ({ schema }) => `
with graph as (
  insert into ${schema}.pipeline (name, version, graph, created_at)
  select $2::text, $3::text, $9::jsonb, ${schema}.clock()
  where $9::text is not null and not exists (select from ${schema}.pipeline p where p.name = $2::text and p.version = $3::text)
  on conflict (name, version) do nothing
),
run as (
  insert into ${schema}.pipeline_run (id, name, version, state, input, priority, tags, owner, tenant, created_at)
  values ($1::uuid, $2::text, $3::text, 'running', $4::jsonb, $5::smallint, $6::text[], $7::text, $8::text, ${schema}.clock())
  on conflict (id) do nothing
  returning id
),
steps as (
  insert into ${schema}.pipeline_step (run_id, step, position, kind, state, total, remaining, started_at, finished_at)
  select run.id, i.step, i.position, i.kind, ${startedAs(schema)}
  from run cross join unnest($10::text[], $11::smallint[], $12::text[], $13::int[]) as i(step, position, kind, total)
)
select id from run`,
);
