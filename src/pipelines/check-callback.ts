import type { InvalidStep } from './invalid-pipeline.js';
import type { InputCallback } from './step-definition.js';

/** @throws DefinitionError what `invalid` makes, if a callback of a step is no function, or an async one */
export function checkCallback(callback: unknown, otherwise: string, invalid: InvalidStep): InputCallback {
  if (typeof callback !== 'function') throw invalid(otherwise);
  if (Object.prototype.toString.call(callback) === '[object AsyncFunction]') {
    throw invalid(
      'its callback is async. Callbacks only pick from results; whatever must be awaited belongs in a handler.',
    );
  }
  return callback as InputCallback;
}
