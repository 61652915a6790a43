import { RowlockError } from '../core/errors.js';
import { invalidPipeline } from './invalid-pipeline.js';
import type { StepInputFault } from './step-input-fault.js';

/** A bad payload says so itself; what a callback throws is wrapped, so that pipeline and step are named. */
export function planRefusal(
  pipeline: string,
  { step, problem, cause }: StepInputFault,
  done: 'started' | 'retried',
): Error {
  if (cause instanceof RowlockError) return cause;
  return invalidPipeline({ pipeline, step }, `the run was not ${done}: ${problem}.`, cause);
}
