import { statement } from '../statement.js';

/** Makes the row whose heartbeat is the lease of all that the worker claims. */
export const registerWorker = statement<
  readonly [
    id: string,
    name: string,
    host: string,
    pid: number,
    version: string,
    queues: readonly string[],
    jobNames: readonly string[],
    concurrency: number,
    leaseMs: number,
  ],
  never
>(
  'register-worker',
  ({ schema }) => `
with registered as (
  insert into ${schema}.worker (id, name, host, pid, version, queues, job_names, concurrency, started_at, heartbeat_at, lease_ms)
  values ($1::uuid, $2::text, $3::text, $4::int, $5::text, $6::text[], $7::text[], $8::int, ${schema}.clock(), ${schema}.clock(), $9::int)
)
select from (values (1)) as nothing where false`,
);
