import { statement } from '../statement.js';
import type { ClaimRow } from './claim-jobs.js';
import { claimedRow } from './claim-jobs.js';

/**
 * What a worker holds under tokens that it does not know: claims that were committed, and whose answers were lost with
 * their connections. Only for whoever has no claim under way. Probes of the few rows that `claim` has of a worker.
 */
export const findLostClaims = statement<
  readonly [worker: string, known: readonly string[], defaultTimeout: number],
  ClaimRow
>(
  'find-lost-claims',
  ({ schema }) => `
select ${claimedRow('j', '$3::int')}, 0 as parked
from ${schema}.claim c cross join lateral unnest(c.job_ids) as i(id)
join ${schema}.job j on j.id = i.id and j.token = c.token
where c.worker_id = $1::uuid and c.token <> all($2::bigint[])
order by j.queue, j.priority, j.seq`,
);
