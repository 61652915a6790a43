import { quoteLiteral, statement } from '../statement.js';

/**
 * Makes others who enqueue a job of the same id wait until the transaction ends: whether there is such a job must be asked
 * by the next statement, because it may be in any of three tables, and no index covers them all. In the order of the ids.
 */
export const holdJobId = statement<readonly [ids: readonly string[]], { readonly held: number }>(
  'hold-job-id',
  ({ schema }) => `
with ids as materialized (select id from unnest($1::uuid[]) as i(id) order by id)
select count(pg_advisory_xact_lock(hashtextextended('rowlock:job:' || id, hashtext(${quoteLiteral(schema)}))))::int as held
from ids`,
);
