import type { RunError, RunState } from '../../core/run-state.js';
import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** How runs stand, with the outputs of those that are completed: a probe of the primary key each. */
export const findRunOutcomes = statement<
  readonly [ids: readonly string[]],
  { readonly id: string; readonly state: RunState; readonly output: unknown; readonly error: RunError | null }
>(
  'find-run-outcomes',
  ({ schema }) => `
select r.id, r.state, r.output, r.error from ${schema}.pipeline_run r where r.id = ${anyOf(1, 'uuid')}`,
);
