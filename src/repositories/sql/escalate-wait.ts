import { statement } from '../statement.js';

/** Hands an open approval to somebody else, once. Gives no row if an answer came first, or it was handed on before. */
export const escalateWait = statement<readonly [run: string, step: string, to: string], { readonly step: string }>(
  'escalate-wait',
  ({ schema }) => `
with escalated as (
  update ${schema}.pipeline_wait w set assignee = $3, escalated_at = ${schema}.clock()
  where w.run_id = $1::uuid and w.step = $2 and w.outcome is null and w.escalated_at is null returning w.step
)
select step from escalated`,
);
