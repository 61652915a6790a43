import { checkCallback } from './check-callback.js';
import type { InvalidStep } from './invalid-pipeline.js';
import { quote } from './invalid-pipeline.js';
import type { InputCallback, StepDefinition } from './step-definition.js';

/**
 * The steps that a step comes after. They stand before it, so that no steps can wait for each other in a circle.
 * @param given default: the step before, if there is one
 * @param earlier the steps declared before it
 * @throws DefinitionError what `invalid` makes
 */
export function checkAfter(
  given: unknown,
  earlier: readonly StepDefinition[],
  invalid: InvalidStep,
): Pick<StepDefinition, 'after' | 'before' | 'reads'> {
  const after = given === undefined ? earlier.slice(-1).map(({ name }) => name) : names(given, earlier, invalid);
  const before = new Set(earlier.flatMap((step) => (after.includes(step.name) ? [...step.before, step.name] : [])));
  const passed = earlier.filter(({ name }) => before.has(name));
  return {
    after: Object.freeze(after),
    before: Object.freeze(passed.map(({ name }) => name)),
    reads: Object.freeze(passed.filter(({ kind }) => kind !== 'sleep').map(({ name }) => name)),
  };
}

function names(given: unknown, earlier: readonly StepDefinition[], invalid: InvalidStep): string[] {
  if (!Array.isArray(given)) throw invalid(`its after is ${quote(given)}. Write the names of steps: after: ['page'].`);
  const unknown = given.find((name) => earlier.every((step) => step.name !== name)) as unknown;
  if (unknown !== undefined || given.includes(undefined)) {
    throw invalid(
      `it comes after ${quote(unknown)}, and no step before it has that name. A step that is declared later, or the step ` +
        'itself, cannot be waited for: two steps might wait for each other.',
    );
  }
  if (new Set(given).size < given.length) throw invalid('its after names a step twice. Once is enough.');
  return [...(given as string[])];
}

/** @throws DefinitionError what `invalid` makes */
export function checkWhen(when: InputCallback | undefined, invalid: InvalidStep): InputCallback | null {
  if (when === undefined) return null;
  return checkCallback(when, 'its when is no callback. Write when: (results) => true or false.', invalid);
}
