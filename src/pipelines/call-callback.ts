import type { InputCallback, StepDefinition } from './step-definition.js';
import { describeError, StepInputFault } from './step-input-fault.js';

/** What a callback of a step makes of the results before it. */
export function callCallback(
  { name }: StepDefinition,
  what: 'callback' | 'when',
  callback: InputCallback,
  results: Readonly<Record<string, unknown>>,
): unknown {
  try {
    const made = callback(results);
    if (!isThenable(made)) return made;
    void Promise.resolve(made).catch(() => undefined); // nobody else hears of its rejection
    const problem = `its ${what} returned a promise; what must be awaited belongs in a handler`;
    return new StepInputFault(name, null, problem);
  } catch (error) {
    return new StepInputFault(name, null, `its ${what} threw ${describeError(error)}`, error);
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
