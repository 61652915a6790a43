import type { HandlerClass, PayloadClass } from '../core/handler-class.js';
import { isName } from '../core/limits.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { InvalidStep } from './invalid-pipeline.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { invalidPipeline, NAME_RULE } from './invalid-pipeline.js';
import type { Escalation, OnFailure, OnItemFailure, StepJobOptions } from './step-options.js';
import { checkCallback } from './check-callback.js';
import { checkUntil } from './check-until.js';
import { checkAfter, checkWhen } from './step-edges.js';
import type { AfterSkipped } from './step-facts.js';
import { checkTerms } from './check-terms.js';
import type { StepKind } from './step-kind.js';
import { isOfHandler } from './step-kind.js';
import {
  checkAfterSkipped,
  checkConcurrency,
  checkJobOptions,
  checkOptionNames,
  checkResults,
  failurePolicy,
} from './step-settings.js';
import type { ResultsAs } from './streamed-results.js';

/** One step of a pipeline. */
export interface StepDefinition {
  readonly name: string;
  readonly kind: StepKind;
  readonly handlerClass: HandlerClass;
  /**
   * Makes the payload, the array of payloads, or of a sleep its end, from the stored results of the steps it `reads` (by
   * name) and the pipeline's `input`. Null: the payload is the pipeline's input.
   */
  readonly input: InputCallback | null;
  /** The steps that must be over before this one starts; none for one that starts with the run. */
  readonly after: readonly string[];
  /** These, and all that they come after, in the order of their declaration: what is over when this one starts. */
  readonly before: readonly string[];
  /** Those of them that have results for callbacks: a sleep has none. */
  readonly reads: readonly string[];
  /** What it does if one of `after` was skipped. */
  readonly afterSkipped: AfterSkipped;
  /** Whether it runs; null: it does. Sees what `input` sees. */
  readonly when: InputCallback | null;
  /** What becomes of the run when its job is discarded; always `'fail'` unless the kind is `one`, `approve` or `run`. */
  readonly onFailure: OnFailure;
  /** What becomes of the run when an item's job is discarded; always `'fail'` if the kind is another than `each`. */
  readonly onItemFailure: OnItemFailure;
  /** What callbacks see of a fan-out; always `'array'` if the kind is another. */
  readonly results: ResultsAs;
  /** How many items may be under way at once; null: all, and always null if the kind is another than `each`. */
  readonly concurrency: number | null;
  /** What becomes of the run when it waits in vain; always `'fail'` unless it waits for something. */
  readonly onTimeout: OnFailure;
  /** Of what it waits for; null: it waits for nothing. */
  readonly answerClass: PayloadClass | null;
  /** The pipeline that it runs; null: it runs none. */
  readonly child: PipelineDefinition | null;
  /** Given an `UndoPayload` if the run fails after the step was completed. */
  readonly undo: HandlerClass | null;
  readonly options: StepJobOptions;
}

/** The callback of a step. The compiler checked its types where it was written. */
export type InputCallback = (results: Readonly<Record<string, unknown>>) => unknown;

/** A step as the builder was given it. From a caller without a compiler it may hold anything. */
export interface StepDraft {
  readonly name: string;
  readonly kind: StepKind;
  readonly handlerClass: HandlerClass;
  /** Of a sleep, its end or what makes it. */
  readonly input: unknown;
  /** Of a signal and of an approval. */
  readonly answerClass?: PayloadClass;
  /** Of a child run. */
  readonly child?: PipelineDefinition;
  readonly options: StepJobOptions & {
    readonly after?: readonly string[];
    readonly afterSkipped?: AfterSkipped;
    readonly when?: InputCallback;
    readonly onFailure?: OnFailure;
    readonly onItemFailure?: OnItemFailure;
    readonly results?: ResultsAs;
    readonly concurrency?: number;
    readonly onTimeout?: OnFailure;
    readonly assignee?: unknown;
    readonly escalate?: Escalation;
    readonly undo?: HandlerClass;
  };
}

/**
 * Checks a step, gives it its place among those before, and freezes it.
 * @param before the steps declared before it
 * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
 */
export function defineStep(pipeline: string, draft: StepDraft, before: readonly StepDefinition[]): StepDefinition {
  const { name, kind, handlerClass } = draft;
  const invalid: InvalidStep = (problem, cause) => invalidPipeline({ pipeline, step: name }, problem, cause);
  checkName(name, before, invalid);
  checkHandler(handlerClass, 'its handler', invalid);
  const input = checkInput(draft, before, invalid);
  checkOptionNames(kind, draft.options, invalid);
  const { undo, after, afterSkipped, when, onFailure, onItemFailure, results, concurrency, onTimeout, ...rest } =
    draft.options;
  const { assignee: _assignee, escalate: _escalate, ...options } = rest; // parts of its input
  if (undo) checkHandler(undo, 'its undo handler', invalid);
  return Object.freeze({
    name,
    kind,
    handlerClass,
    input,
    ...checkAfter(after, before, invalid),
    afterSkipped: checkAfterSkipped(afterSkipped, invalid),
    when: checkWhen(when, invalid),
    onFailure: failurePolicy('onFailure', onFailure, invalid),
    onItemFailure: failurePolicy('onItemFailure', onItemFailure, invalid),
    results: checkResults(results, invalid),
    concurrency: checkConcurrency(concurrency, invalid),
    onTimeout: failurePolicy('onTimeout', onTimeout, invalid),
    answerClass: draft.answerClass ?? null,
    child: kind === 'run' ? checkChild(draft.child, invalid) : null,
    undo: undo ?? null,
    options: isOfHandler(kind) ? checkJobOptions(options, invalid) : NO_OPTIONS,
  });
}

/** The jobs of Rowlock's own handlers run as these say. */
const NO_OPTIONS: StepJobOptions = Object.freeze({});

function checkName(name: string, before: readonly StepDefinition[], invalid: InvalidStep): void {
  if (!isName(name)) throw invalid(`the name of a step is ${NAME_RULE}.`);
  if (name === 'input') throw invalid("callbacks read the pipeline's own input by that name. Name the step otherwise.");
  if (before.some((step) => step.name === name)) {
    throw invalid(
      'the pipeline has two steps of that name. Rename one, so that its result can be told from the other.',
    );
  }
}

function checkHandler(handlerClass: HandlerClass, what: string, invalid: InvalidStep): void {
  try {
    handlerDefinition(handlerClass);
  } catch (error) {
    throw invalid(`${what} cannot be used. ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** That a pipeline runs itself is not possible: it would have to be built before it is. */
function checkChild(child: Partial<PipelineDefinition> | undefined, invalid: InvalidStep): PipelineDefinition {
  if (Array.isArray(child?.steps) && typeof child.version === 'string') return child as PipelineDefinition;
  throw invalid(
    'what it runs is no pipeline. Pass what .build() returns; if it is undefined, two modules import each other.',
  );
}

function checkInput(draft: StepDraft, before: readonly StepDefinition[], invalid: InvalidStep): InputCallback | null {
  const { kind, input } = draft;
  if (kind === 'sleep') return checkUntil(input, invalid);
  if (kind === 'signal' || kind === 'approve') return checkTerms(draft, invalid);
  if (input === null && kind === 'each') throw invalid('.each needs a callback that returns the array of items.');
  if (input === null && before.length > 0) {
    throw invalid(
      "it needs a callback that makes its payload: only the first step may be given the pipeline's input as it is.",
    );
  }
  return input === null
    ? null
    : checkCallback(input, 'its third argument is no callback. Write (results) => payload.', invalid);
}
