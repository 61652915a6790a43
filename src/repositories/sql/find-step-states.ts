import type { StepState } from '../../core/run-state.js';
import { statement } from '../statement.js';

/**
 * How the steps of runs stand that have begun. A probe for each run (`offset 0` sees to it), whatever the statistics say.
 */
export const findStepStates = statement<
  readonly [runIds: readonly string[]],
  { readonly runId: string; readonly step: string; readonly state: StepState }
>(
  'find-step-states',
  ({ schema }) => `
select r.id as "runId", s.step, s.state from unnest($1::uuid[]) as r(id)
cross join lateral (
  select s.step, s.state from ${schema}.pipeline_step s where s.run_id = r.id offset 0
) s`,
);
