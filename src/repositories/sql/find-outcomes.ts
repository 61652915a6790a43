import type { FinalJobState } from '../../core/job-state.js';
import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** How jobs ended, for those that did: probes of the history's primary key in each partition. */
export const findOutcomes = statement<
  readonly [ids: readonly string[]],
  {
    readonly id: string;
    readonly state: FinalJobState;
    readonly result: unknown;
    readonly reason: string | null;
    readonly errors: readonly Record<string, unknown>[] | null;
    readonly token: string | null;
  }
>(
  'find-outcomes',
  ({ schema }) => `
select h.id, h.state, h.result, h.reason, h.errors, h.token::text as token from ${schema}.job_history h where h.id = ${anyOf(1, 'uuid')}`,
);
