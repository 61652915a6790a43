import type { HandlerClass } from '../core/handler-class.js';
import { isName } from '../core/limits.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { InvalidStep } from './invalid-pipeline.js';
import { invalidPipeline, NAME_RULE } from './invalid-pipeline.js';
import type { OnFailure, OnItemFailure, StepJobOptions } from './step-options.js';
import { checkCallback } from './check-callback.js';
import { checkAfter, checkWhen } from './step-edges.js';
import type { AfterSkipped } from './step-facts.js';
import { checkAfterSkipped, checkJobOptions, failurePolicy } from './step-settings.js';

/** One step of a pipeline. */
export interface StepDefinition {
  readonly name: string;
  /** `one`: a single job. `each`: a job an item. */
  readonly kind: 'one' | 'each';
  readonly handlerClass: HandlerClass;
  /**
   * Makes the payload, or the array of payloads, from the stored results of the steps `before` (by name) and the
   * pipeline's `input`. Null: the payload is the pipeline's input.
   */
  readonly input: InputCallback | null;
  /** The steps that must be over before this one starts; none for one that starts with the run. */
  readonly after: readonly string[];
  /** These, and all that they come after, in the order of their declaration: what is over when this one starts. */
  readonly before: readonly string[];
  /** What it does if one of `after` was skipped. */
  readonly afterSkipped: AfterSkipped;
  /** Whether it runs; null: it does. Sees what `input` sees. */
  readonly when: InputCallback | null;
  /** What becomes of the run when its job is discarded; always `'fail'` if the kind is `each`. */
  readonly onFailure: OnFailure;
  /** What becomes of the run when an item's job is discarded; always `'fail'` if the kind is `one`. */
  readonly onItemFailure: OnItemFailure;
  /** Given an `UndoPayload` if the run fails after the step was completed. */
  readonly undo: HandlerClass | null;
  readonly options: StepJobOptions;
}

/** The callback of a step. The compiler checked its types where it was written. */
export type InputCallback = (results: Readonly<Record<string, unknown>>) => unknown;

/** A step as the builder was given it. From a caller without a compiler it may hold anything. */
export interface StepDraft {
  readonly name: string;
  readonly kind: 'one' | 'each';
  readonly handlerClass: HandlerClass;
  readonly input: InputCallback | null;
  readonly options: StepJobOptions & {
    readonly after?: readonly string[];
    readonly afterSkipped?: AfterSkipped;
    readonly when?: InputCallback;
    readonly onFailure?: OnFailure;
    readonly onItemFailure?: OnItemFailure;
    readonly undo?: HandlerClass;
  };
}

/**
 * Checks a step, gives it its place among those before, and freezes it.
 * @param before the steps declared before it
 * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
 */
export function defineStep(pipeline: string, draft: StepDraft, before: readonly StepDefinition[]): StepDefinition {
  const { name, kind, handlerClass, input } = draft;
  const invalid: InvalidStep = (problem, cause) => invalidPipeline({ pipeline, step: name }, problem, cause);
  checkName(name, before, invalid);
  checkHandler(handlerClass, 'its handler', invalid);
  checkInput(draft, before, invalid);
  const { undo, after, afterSkipped, when, onFailure, onItemFailure, ...options } = draft.options;
  if (undo) checkHandler(undo, 'its undo handler', invalid);
  return Object.freeze({
    name,
    kind,
    handlerClass,
    input,
    ...checkAfter(after, before, invalid),
    afterSkipped: checkAfterSkipped(afterSkipped, invalid),
    when: checkWhen(when, invalid),
    onFailure: failurePolicy('onFailure', kind, onFailure, invalid),
    onItemFailure: failurePolicy('onItemFailure', kind, onItemFailure, invalid),
    undo: undo ?? null,
    options: checkJobOptions(options, invalid),
  });
}

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

function checkInput({ kind, input }: StepDraft, before: readonly StepDefinition[], invalid: InvalidStep): void {
  if (input === null && kind === 'each') throw invalid('.each needs a callback that returns the array of items.');
  if (input === null && before.length > 0) {
    throw invalid(
      "it needs a callback that makes its payload: only the first step may be given the pipeline's input as it is.",
    );
  }
  if (input !== null) checkCallback(input, 'its third argument is no callback. Write (results) => payload.', invalid);
}
