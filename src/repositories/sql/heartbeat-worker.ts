import { statement } from '../statement.js';
import { holdsLease } from './worker-lease.js';

/**
 * Extends a worker's lease. No row: the lease had run out, or somebody has removed the worker; what it held is others'.
 */
export const heartbeatWorker = statement<
  readonly [id: string, blockedMs: number, draining: boolean],
  { readonly id: string }
>(
  'heartbeat-worker',
  ({ schema }) => `
with beat as (
  update ${schema}.worker w set heartbeat_at = ${schema}.clock(), blocked_ms = $2::int, draining = $3::boolean
  where w.id = $1::uuid and ${holdsLease(schema, 'w')}
  returning w.id
)
select id from beat`,
);
