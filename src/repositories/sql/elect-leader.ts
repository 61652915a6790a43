import { statement } from '../statement.js';

/**
 * Takes or renews the leadership for a while. A row: this worker leads, in that term; none: another does. The term rises
 * with each change of leader.
 */
export const electLeader = statement<readonly [worker: string, leaseMs: number], { readonly term: string }>(
  'elect-leader',
  ({ schema }) => `
with elected as (
  insert into ${schema}.leader as l (name, worker_id, term, expires_at)
  values ('maintenance', $1::uuid, 1, ${schema}.clock() + $2::int * interval '1 millisecond')
  on conflict (name) do update set worker_id = excluded.worker_id, expires_at = excluded.expires_at,
    term = case when l.worker_id = excluded.worker_id then l.term else l.term + 1 end
  where l.worker_id = excluded.worker_id or l.expires_at <= ${schema}.clock()
  returning l.term
)
select term::text as term from elected`,
);
