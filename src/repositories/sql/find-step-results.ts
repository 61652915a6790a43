import { statement } from '../statement.js';

/**
 * What steps returned, each of the run in the same place. The results of a fan-out are put together from its items, in the
 * order in which it was given them; the places of those that were skipped are named, because nothing and a result of
 * `null` look the same in JSON. Of a fan-out that is streamed no item is read: its result is how many there are. A probe for each step (`offset 0` sees to it), whatever the statistics say.
 */
export const findStepResults = statement<
  readonly [runIds: readonly string[], steps: readonly string[], streamed: readonly boolean[]],
  {
    readonly runId: string;
    readonly step: string;
    readonly result: unknown;
    readonly skipped: readonly number[] | null;
  }
>(
  'find-step-results',
  ({ schema }) => `
select s.run_id as "runId", s.step, i.skipped, case
    when r.streamed then jsonb_build_object('count', s.total)
    when s.kind = 'one' then s.result
    else coalesce(i.results, '[]')
  end as result
from unnest($1::uuid[], $2::text[], $3::boolean[]) as r(id, step, streamed)
cross join lateral (
  select s.run_id, s.step, s.kind, s.total, s.result from ${schema}.pipeline_step s where s.run_id = r.id and s.step = r.step offset 0
) s
cross join lateral (
  select jsonb_agg(i.result order by i.item) as results, array_agg(i.item) filter (where i.state = 'skipped') as skipped
  from ${schema}.pipeline_item i where s.kind = 'each' and not r.streamed and i.run_id = s.run_id and i.step = s.step
) i`,
);
