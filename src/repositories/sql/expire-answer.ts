import { statement } from '../statement.js';

/**
 * Ends a wait in vain, so that no answer is taken any more. Gives no row if one came first: who sends one at this moment has
 * the row, and is waited for.
 */
export const expireAnswer = statement<readonly [run: string, step: string], { readonly step: string }>(
  'expire-answer',
  ({ schema }) => `
with expired as (
  update ${schema}.pipeline_wait w set outcome = 'expired', answered_at = ${schema}.clock()
  where w.run_id = $1::uuid and w.step = $2 and w.outcome is null returning w.step
)
select step from expired`,
);
