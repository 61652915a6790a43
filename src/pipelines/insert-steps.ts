import type { StatementRunner } from '../repositories/session.js';
import { startSteps } from '../repositories/sql/start-steps.js';
import type { NewStep } from './step-planner.js';

/** Begins steps of runs whose rows the transaction holds. */
export async function insertSteps(tx: StatementRunner, steps: readonly NewStep[]): Promise<void> {
  if (steps.length === 0) return;
  await tx.run(startSteps, [
    steps.map(({ runId }) => runId),
    steps.map(({ step }) => step),
    steps.map(({ position }) => position),
    steps.map(({ kind }) => kind),
    steps.map(({ total }) => total),
    steps.map(({ state }) => state),
  ]);
}
