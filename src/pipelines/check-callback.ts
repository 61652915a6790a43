import type { InvalidStep } from './invalid-pipeline.js';

/** @throws DefinitionError what `invalid` makes, if a callback of a step is no function, or an async one */
export function checkCallback(callback: unknown, otherwise: string, invalid: InvalidStep): void {
  if (typeof callback !== 'function') throw invalid(otherwise);
  if (Object.prototype.toString.call(callback) === '[object AsyncFunction]') {
    throw invalid(
      'its callback is async. Callbacks only pick from results; whatever must be awaited belongs in a handler.',
    );
  }
}
