import type { Duration } from '../core/duration.js';
import { due } from '../engine/due.js';
import { checkCallback } from './check-callback.js';
import type { InvalidStep } from './invalid-pipeline.js';
import type { InputCallback } from './step-definition.js';

/** The end of a sleep, as a callback. @throws DefinitionError what `invalid` makes */
export function checkUntil(until: unknown, invalid: InvalidStep): InputCallback {
  if (typeof until === 'function') return checkCallback(until, '', invalid);
  try {
    due(until as Duration, 'its time');
    return () => until;
  } catch (error) {
    throw invalid(`${(error as Error).message} A moment that depends on results is made by a callback.`, error);
  }
}
