import type { StatementRunner } from '../repositories/session.js';
import { findStepResults } from '../repositories/sql/find-step-results.js';
import type { StepResults } from './step-planner.js';

/** What steps of one run returned, as callbacks see it. */
export async function storedResults(
  tx: StatementRunner,
  runId: string,
  steps: readonly string[],
): Promise<StepResults> {
  if (steps.length === 0) return {};
  const rows = await tx.run(findStepResults, [steps.map(() => runId), steps]);
  return Object.fromEntries(rows.map(({ step, result, skipped }) => [step, withGaps(result, skipped)]));
}

/** The results of a fan-out, with nothing in the places of items that were skipped: which is no JSON. */
export function withGaps(result: unknown, skipped: readonly number[] | null): unknown {
  for (const item of skipped ?? []) (result as unknown[])[item] = undefined;
  return result;
}
