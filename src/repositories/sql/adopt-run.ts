import { statement } from '../statement.js';
import { ownAttempt } from './own-attempt.js';

/**
 * Makes a run that the same transaction has inserted the child of the step whose job started it; the two have one id. Gives no
 * row, and the transaction is to be rolled back, if the job belongs to another attempt or its run is being stopped. Who stops
 * the run waits for the commit and then finds the child. Fenced as `save-checkpoint`; locks the job's row, then the parent's.
 */
export const adoptRun = statement<readonly [job: string, token: string], { readonly id: string }>(
  'adopt-run',
  ({ schema }) => `
with ${ownAttempt(schema)},
parent as materialized (
  select r.id from ${schema}.pipeline_run r
  where r.id = (select j.run_id from ${schema}.job j where j.id = (select id from mine)) and r.state = 'running' for share
),
adopted as (
  update ${schema}.pipeline_run c set parent_id = p.id, parent_step = (select j.step from ${schema}.job j where j.id = $1::uuid)
  from parent p where c.id = $1::uuid returning c.id
)
select id from adopted`,
);
