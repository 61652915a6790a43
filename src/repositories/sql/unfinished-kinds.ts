/**
 * A query of the versions of pipelines that have runs which are not over: `name` and `version`. It jumps from one to the
 * next in the index, so it takes as many probes as there are versions, however many runs.
 */
export function unfinishedKinds(schema: string): string {
  const next = (after: string): string => `
  select r.name, r.version from ${schema}.pipeline_run r where r.finished_at is null and ${after} order by r.name, r.version limit 1`;
  return `
with recursive kinds as (
  (${next('true')})
  union all
  select n.name, n.version from kinds k cross join lateral (${next('(r.name, r.version) > (k.name, k.version)')}) n
)
select name, version from kinds`;
}
