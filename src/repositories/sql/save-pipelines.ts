import { statement } from '../statement.js';

/** Stores the graphs of pipelines that are not known yet. A version never changes, so what is there stays. */
export const savePipelines = statement<
  readonly [names: readonly string[], versions: readonly string[], graphs: readonly string[]],
  never
>(
  'save-pipelines',
  ({ schema }) => `
with saved as (
  insert into ${schema}.pipeline (name, version, graph, created_at)
  select name, version, graph::jsonb, ${schema}.clock() from unnest($1::text[], $2::text[], $3::text[]) as i(name, version, graph)
  order by name, version
  on conflict (name, version) do nothing
)
select from (values (1)) as nothing where false`,
);
