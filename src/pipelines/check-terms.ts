import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { LIMITS } from '../core/limits.js';
import { payloadFields } from '../registry/payload-fields.js';
import type { WaitTerms } from './built-in/wait-terms.js';
import { checkCallback } from './check-callback.js';
import type { InvalidStep } from './invalid-pipeline.js';
import { quote } from './invalid-pipeline.js';
import type { InputCallback, StepDraft } from './step-definition.js';
import type { Escalation } from './step-options.js';

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
  const timeoutMs = periodMs('timeout', options.timeout ?? LONGEST, invalid);
  const terms: WaitTerms = { timeoutMs, ...escalation(options.escalate, timeoutMs, invalid) };
  const assignee = assigneeOf(options.assignee, invalid);
  return (results) => ({ ...terms, assignee: assignee(results) });
}

function assigneeOf(given: unknown, invalid: InvalidStep): InputCallback {
  if (given === undefined || isPerson(given)) return () => given;
  return checkCallback(
    given,
    `its assignee ${quote(given)} is neither a name nor a callback that returns one.`,
    invalid,
  );
}

function escalation(given: unknown, timeoutMs: number, invalid: InvalidStep): Partial<WaitTerms> {
  if (given === undefined) return {};
  const { after, to } = (given ?? {}) as Partial<Escalation>;
  if (!isPerson(to)) throw invalid("its escalate names nobody. Write escalate: { after: '1d', to: 'somebody' }.");
  const escalateMs = periodMs('escalate.after', after as Duration, invalid);
  if (escalateMs < timeoutMs) return { escalateMs, escalateTo: to };
  throw invalid(`its escalate.after ${quote(after)} is no less than its timeout: it would never come to that.`);
}

function isPerson(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function periodMs(option: string, period: Duration, invalid: InvalidStep): number {
  let value: number;
  try {
    value = milliseconds(period, `its ${option}`);
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
  if (value > 0 && value <= LIMITS.delayMs) return value;
  throw invalid(`its ${option} ${quote(period)} is not between 1 ms and a year.`);
}
