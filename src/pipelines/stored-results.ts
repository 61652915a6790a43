import type { StatementRunner } from '../repositories/session.js';
import { findStepResults } from '../repositories/sql/find-step-results.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { stepOf } from './step-of.js';
import type { StepResults } from './step-planner.js';

/** What steps of one run returned, as callbacks see it. */
export async function storedResults(
  tx: StatementRunner,
  runId: string,
  definition: PipelineDefinition,
  steps: readonly string[],
): Promise<StepResults> {
  if (steps.length === 0) return {};
  const streamed = steps.map((step) => isStreamed(definition, step));
  const rows = await tx.run(findStepResults, [steps.map(() => runId), steps, streamed]);
  return Object.fromEntries(rows.map(({ step, result, skipped }) => [step, withGaps(result, skipped)]));
}

/** Whether callbacks see how many results a step has, and not these. */
export function isStreamed(definition: PipelineDefinition, step: string): boolean {
  return stepOf(definition, step)?.results === 'stream';
}

/** The results of a fan-out, with nothing in the places of items that were skipped: which is no JSON. */
export function withGaps(result: unknown, skipped: readonly number[] | null): unknown {
  for (const item of skipped ?? []) (result as unknown[])[item] = undefined;
  return result;
}
