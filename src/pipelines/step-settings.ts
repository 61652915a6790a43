import { milliseconds } from '../core/duration.js';
import type { Json } from '../core/json.js';
import { toJson } from '../core/json.js';
import { isName, LIMITS, PRIORITY } from '../core/limits.js';
import type { InvalidStep } from './invalid-pipeline.js';
import { quote } from './invalid-pipeline.js';
import type { AfterSkipped } from './step-facts.js';
import type { StepKind } from './step-kind.js';
import type { OnFailure, StepJobOptions } from './step-options.js';
import type { ResultsAs } from './streamed-results.js';

/** Timers of Node count milliseconds in 31 bits; a longer one fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

type Check = (value: never, invalid: InvalidStep) => void;

/** One check an option, so that an option without one is an unknown option. */
const CHECKS = {
  queue(queue: unknown, invalid: InvalidStep) {
    if (!isName(queue)) throw invalid(`its queue ${quote(queue)} is no name of a queue.`);
  },
  priority(priority: unknown, invalid: InvalidStep) {
    if (!isWhole(priority, PRIORITY.first, PRIORITY.last)) {
      throw invalid(`its priority ${quote(priority)} is no whole number from ${PRIORITY.first} to ${PRIORITY.last}.`);
    }
  },
  timeout(timeout: never, invalid: InvalidStep) {
    if (!isWhole(timeoutMs(timeout, invalid), 1, MAX_TIMEOUT_MS)) {
      throw invalid(`its timeout ${quote(timeout)} is not between 1 ms and 24 days.`);
    }
  },
  attempts(attempts: unknown, invalid: InvalidStep) {
    if (!isWhole(attempts, 1, LIMITS.maxAttempts)) {
      throw invalid(`its attempts ${quote(attempts)} are no whole number from 1 to ${LIMITS.maxAttempts}.`);
    }
  },
} satisfies Record<keyof StepJobOptions, Check>;

const JOB_OPTIONS = Object.keys(CHECKS);

/** What may be said of a step of each kind, beside its edges. */
const OPTIONS: Readonly<Record<StepKind, readonly string[]>> = {
  one: [...JOB_OPTIONS, 'undo', 'onFailure'],
  each: [...JOB_OPTIONS, 'undo', 'onItemFailure', 'results', 'concurrency'],
  sleep: [],
  signal: ['timeout', 'onTimeout'],
  approve: ['timeout', 'onTimeout', 'onFailure', 'assignee', 'escalate'],
  run: ['undo', 'onFailure'],
};

/** @throws DefinitionError what `invalid` makes, if an option is none of a step of that kind */
export function checkOptionNames(kind: StepKind, options: object, invalid: InvalidStep): void {
  const known = ['after', 'afterSkipped', 'when', ...OPTIONS[kind]];
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !known.includes(name));
  if (unknown) throw invalid(`it has no option ${quote(unknown[0])}. There are ${known.join(', ')}.`);
}

/**
 * The options of a step's jobs, checked and frozen; those that are `undefined` are left out.
 * @throws DefinitionError what `invalid` makes
 */
export function checkJobOptions(options: StepJobOptions, invalid: InvalidStep): StepJobOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) CHECKS[name as keyof typeof CHECKS](value as never, invalid);
  return Object.freeze(Object.fromEntries(given));
}

function timeoutMs(timeout: never, invalid: InvalidStep): number {
  try {
    return milliseconds(timeout, 'its timeout');
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/**
 * The policy for a job that failed; a substitute in the JSON form in which it will be read.
 * @param option what it is called
 * @throws DefinitionError what `invalid` makes
 */
export function failurePolicy(option: string, policy: OnFailure = 'fail', invalid: InvalidStep): OnFailure {
  if (policy === 'fail' || policy === 'skip') return policy;
  if (typeof policy !== 'object' || policy === null || policy.substitute === undefined) {
    throw invalid(`its ${option} is ${quote(policy)}. Write 'fail', 'skip' or { substitute: a result }.`);
  }
  return Object.freeze({ substitute: freeze(storedForm(policy.substitute, invalid)) });
}

/** Null: no limit. @throws DefinitionError what `invalid` makes */
export function checkConcurrency(given: unknown, invalid: InvalidStep): number | null {
  if (given === undefined) return null;
  if (isWhole(given, 1, LIMITS.concurrency)) return given as number;
  throw invalid(`its concurrency ${quote(given)} is no whole number from 1 to ${LIMITS.concurrency}.`);
}

/** @throws DefinitionError what `invalid` makes */
export function checkAfterSkipped(given: AfterSkipped = 'run', invalid: InvalidStep): AfterSkipped {
  if (given === 'run' || given === 'skip') return given;
  throw invalid(`its afterSkipped is ${quote(given)}. Write 'run' or 'skip'.`);
}

/** @throws DefinitionError what `invalid` makes */
export function checkResults(given: ResultsAs = 'array', invalid: InvalidStep): ResultsAs {
  if (given === 'array' || given === 'stream') return given;
  throw invalid(`its results is ${quote(given)}. Write 'array' or 'stream'.`);
}

function storedForm(substitute: Json, invalid: InvalidStep): Json {
  try {
    return JSON.parse(toJson(substitute, 'its substitute', LIMITS.resultBytes)) as Json;
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
}

function freeze(value: Json): Json {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
