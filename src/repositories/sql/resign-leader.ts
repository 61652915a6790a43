import { statement } from '../statement.js';

/** Gives the leadership up, so that another worker need not wait for it to run out. */
export const resignLeader = statement<readonly [worker: string], { readonly term: string }>(
  'resign-leader',
  ({ schema }) => `
with resigned as (
  update ${schema}.leader l set expires_at = ${schema}.clock()
  where l.name = 'maintenance' and l.worker_id = $1::uuid returning l.term
)
select term::text as term from resigned`,
);
