import { statement } from '../statement.js';

/**
 * Stores a signal for a job that is not over. The row of a job in `job` is held until the commit: an attempt that is about
 * to wait for the signal is stored before, and is then found by `wake-job`, or afterwards, and then finds the signal.
 */
export const sendSignal = statement<
  readonly [job: string, signal: string, name: string, payload: string],
  { readonly id: string }
>(
  'send-signal',
  ({ schema }) => `
with present as materialized (
  select j.id from ${schema}.job j where j.id = $1::uuid for share
),
target as materialized (
  select id from present union select w.id from ${schema}.job_waiting w where w.id = $1::uuid
),
sent as (
  insert into ${schema}.signal (job_id, id, name, payload, sent_at)
  select t.id, $2::uuid, $3, $4::jsonb, ${schema}.clock() from target t
  returning id
)
select id from sent`,
);
