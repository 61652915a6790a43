import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** Where jobs stood in their runs, of those among the given that were cancelled: probes of the history's primary key. */
export const findCancelledSteps = statement<
  readonly [ids: readonly string[]],
  {
    readonly runId: string;
    readonly step: string;
    readonly item: number | null;
    readonly undo: boolean;
    readonly reason: string | null;
  }
>(
  'find-cancelled-steps',
  ({ schema }) => `
select h.run_id as "runId", h.step, h.item, coalesce((h.meta -> 'undo')::boolean, false) as undo, h.reason
from ${schema}.job_history h where h.id = ${anyOf(1, 'uuid')} and h.run_id is not null and h.state = 'cancelled'`,
);
