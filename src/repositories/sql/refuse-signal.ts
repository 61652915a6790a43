import { statement } from '../statement.js';

/** Keeps a signal whose payload is not valid, with the reason, out of the way of those that follow. */
export const refuseSignal = statement<readonly [job: string, signal: string, reason: string], { readonly id: string }>(
  'refuse-signal',
  ({ schema }) => `
with refused as (
  update ${schema}.signal s set refused = $3 where s.job_id = $1::uuid and s.id = $2::uuid returning s.id
)
select id from refused`,
);
