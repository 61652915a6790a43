import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { LIMITS } from '../core/limits.js';
import { payloadFields } from '../registry/payload-fields.js';
import type { WaitTerms } from './built-in/wait-terms.js';
import type { InvalidStep } from './invalid-pipeline.js';
import { quote } from './invalid-pipeline.js';
import type { InputCallback, StepDraft } from './step-definition.js';

const LONGEST: Duration = '365d';

/**
 * What a step that waits is to wait for, and how long, as what makes the payload of its job.
 * @throws DefinitionError what `invalid` makes
 */
export function checkTerms({ answerClass, options }: StepDraft, invalid: InvalidStep): InputCallback {
  if (typeof answerClass !== 'function') {
    throw invalid(
      'what it waits for is no class. Name a payload class; if one is named, two modules import each other.',
    );
  }
  if (payloadFields(answerClass) === null) {
    throw invalid(
      `no field of ${answerClass.name} has a class-validator decorator, so that every answer would be refused. Add one to ` +
        'each field (@Allow() at least), or name NoPayload if there is none.',
    );
  }
  const terms: WaitTerms = { timeoutMs: timeoutMs(options.timeout ?? LONGEST, invalid) };
  return () => terms;
}

function timeoutMs(timeout: Duration, invalid: InvalidStep): number {
  let value: number;
  try {
    value = milliseconds(timeout, 'its timeout');
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
  if (value > 0 && value <= LIMITS.delayMs) return value;
  throw invalid(`its timeout ${quote(timeout)} is not between 1 ms and a year.`);
}
