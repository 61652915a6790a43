import { statement } from '../statement.js';
import type { EnqueueParams } from './enqueue-jobs.js';
import { enqueueInput, enqueueValues } from './enqueue-jobs.js';
import { jobColumns } from './job-columns.js';
import { startedAs } from './start-steps.js';

/**
 * Inserts runs with the steps that they begin with and the jobs of these, and the graphs of pipelines that are not known
 * yet: one statement, so nobody sees a run without the job that moves it. A run whose id or unique key is taken is left out
 * with all that is its own, and is not among the rows returned. Ids are all different.
 *
 * Who wants a key that a transaction has taken which is not committed waits for it, here. Keys are taken in their order, so
 * that two batches cannot wait for each other.
 */
export const startRuns = statement<StartParams, { readonly id: string }>(
  'start-runs',
  ({ schema }) => `
with ${enqueueInput(schema)},
graphs as (
  insert into ${schema}.pipeline (name, version, graph, created_at)
  select g.name, g.version, g.graph, ${schema}.clock()
  from jsonb_to_recordset($33::jsonb) as g(name text, version text, graph jsonb)
  where not exists (select from ${schema}.pipeline p where p.name = g.name and p.version = g.version)
  order by g.name, g.version
  on conflict (name, version) do nothing
),
wanted as materialized (
  select * from unnest($22::uuid[], $23::text[], $24::text[], $25::text[], $26::smallint[], $27::text[], $28::text[], $29::text[], $30::text[],
    $31::float8[], $32::text[]) as r(id, name, version, input, priority, tags, owner, tenant, steps, timeout_ms, unique_key)
),
runs as (
  insert into ${schema}.pipeline_run (id, name, version, state, input, priority, tags, owner, tenant, unique_key, created_at, deadline_at)
  select id, name, version, 'running', input::jsonb, priority, tags::text[], owner, tenant, unique_key, ${schema}.clock(),
    ${schema}.clock() + timeout_ms * interval '1 millisecond'
  from wanted order by tenant, name, unique_key, id
  on conflict do nothing
  returning id
),
steps as (
  insert into ${schema}.pipeline_step (run_id, step, position, kind, state, total, remaining, started_at, finished_at)
  select w.id, i.step, i.position, i.kind, ${startedAs(schema)}
  from (select * from wanted where id = any(array(select id from runs))) w
  cross join lateral jsonb_to_recordset(w.steps::jsonb) as i(step text, position smallint, kind text, total int, state text)
),
jobs as (
  insert into ${schema}.job (${jobColumns}) select ${enqueueValues(schema)}
  from input i where i.run_id = any(array(select id from runs)) order by i.ord
),
notified as materialized (
  select case when $16::text is not null then pg_notify($16, '') end from runs limit 1
)
select id from runs where (select count(*) from notified) >= 0`,
  { hasOnePlan: true },
);

/** Column by column, one array element a job, then a run; last, JSON of graphs that may be new. */
export type StartParams = readonly [
  ...EnqueueParams,
  ids: readonly string[],
  names: readonly string[],
  versions: readonly string[],
  inputs: readonly string[],
  priorities: readonly (number | null)[],
  tags: readonly string[],
  owners: readonly (string | null)[],
  tenants: readonly string[],
  steps: readonly string[],
  timeouts: readonly (number | null)[],
  uniqueKeys: readonly (string | null)[],
  graphs: string,
];
