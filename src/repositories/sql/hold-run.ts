import { statement } from '../statement.js';
import { millis } from './millis.js';
import type { RunRow } from './lock-runs.js';
import { runRow } from './lock-runs.js';

/**
 * Takes the turn at one run, as `lock-runs` does, whatever its state. Later statements of the transaction see all that the
 * holder before has done; this one may have waited for him, and would see only half of it if it read more than the row.
 */
export const holdRun = statement<readonly [id: string], RepeatableRun>(
  'hold-run',
  ({ schema }) => `
select ${runRow}, ${millis('r.deadline_at - coalesce(r.retried_at, r.created_at)')} as "timeoutMs"
from ${schema}.pipeline_run r where r.id = $1::uuid for no key update`,
);

/** A run that is to be repeated. */
export interface RepeatableRun extends RunRow {
  /** How long it was given; null: as long as it took. */
  readonly timeoutMs: number | null;
}
