import type { Statement } from '../statement.js';
import { statement } from '../statement.js';
import { guard } from './guard.js';

type FindUniqueHolders = Statement<
  readonly [ids: readonly string[], tenants: readonly string[], names: readonly string[], keys: readonly string[]],
  {
    readonly id: string;
    readonly holder: string;
    /** Whether the holder cannot start before the transaction ends; false for a key that starting frees: ask again. */
    readonly settled: boolean;
  }
>;

/**
 * Who holds the unique keys that jobs were refused for. A holder that has not started is locked until the transaction
 * ends: claims and promotions skip it, and wait for nobody, so that what its handler reads includes what the refused
 * producer writes. Held is the row of the job and not that of the key, because a finish has to delete that one: it would
 * wait for the producer, and with it all that its worker finishes.
 *
 * @param strength `share` lets other producers be refused meanwhile; `update` is for who is going to change the holder
 */
const findHolders = (strength: 'share' | 'update'): FindUniqueHolders =>
  statement(
    `find-unique-holders-${strength}`,
    ({ schema }) => `
with holders as materialized (
  select w.id, k.job_id, k.scope
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as w(id, tenant, name, key)
  join ${schema}.unique_key k on k.tenant = w.tenant and k.name = w.name and k.key = w.key
),
available as materialized (
  select j.id from ${schema}.job j
  where j.id = any(array(select job_id from holders where scope <> 'period')) and ${guard('claim', 'job', 'j')}
  order by j.id for ${strength}
),
waiting as materialized (
  select w.id from ${schema}.job_waiting w
  where w.id = any(array(select job_id from holders where scope <> 'period')) order by w.id for ${strength}
),
unstarted as materialized (
  select id from available union all select id from waiting
)
select h.id, h.job_id as holder, h.scope <> 'queued' or h.job_id = any(array(select id from unstarted)) as settled
from holders h where (select count(*) from unstarted) >= 0`,
  );

export const findUniqueHolders = { share: findHolders('share'), update: findHolders('update') } as const;
