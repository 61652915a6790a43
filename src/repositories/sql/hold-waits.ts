import { statement } from '../statement.js';

/**
 * Holds what steps wait for whose jobs are about to be suspended: whoever sends an answer meanwhile waits for the commit and
 * then finds the job suspended, and what was sent before is seen by the next statement of the transaction. In the order in
 * which they are given, that of runs and steps; after the rows of the jobs.
 */
export const holdWaits = statement<
  readonly [runIds: readonly string[], steps: readonly string[]],
  { readonly step: string }
>(
  'hold-waits',
  ({ schema }) => `
select w.step from unnest($1::uuid[], $2::text[]) as j(run_id, step)
cross join lateral (
  select w.step from ${schema}.pipeline_wait w where w.run_id = j.run_id and w.step = j.step for no key update
) w`,
);
