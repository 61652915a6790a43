import { statement } from '../statement.js';

/** Takes an answer back that is not valid, and keeps the reason: the step goes on waiting for one that is. */
export const refuseAnswer = statement<readonly [run: string, step: string, reason: string], { readonly step: string }>(
  'refuse-answer',
  ({ schema }) => `
with refused as (
  update ${schema}.pipeline_wait w set outcome = null, payload = null, answered_by = null, answered_at = null, refused = $3
  where w.run_id = $1::uuid and w.step = $2 and w.outcome = 'answered' returning w.step
)
select step from refused`,
);
