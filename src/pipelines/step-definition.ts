import type { HandlerClass } from '../core/handler-class.js';
import { isName } from '../core/limits.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { InvalidStep } from './invalid-pipeline.js';
import { invalidPipeline, NAME_RULE } from './invalid-pipeline.js';
import type { OnItemFailure, StepJobOptions } from './step-options.js';
import { checkJobOptions, itemFailurePolicy } from './step-settings.js';

/** One step of a pipeline. */
export interface StepDefinition {
  readonly name: string;
  /** `one`: a single job. `each`: a job an item. */
  readonly kind: 'one' | 'each';
  readonly handlerClass: HandlerClass;
  /**
   * Makes the payload, or the array of payloads, from the stored results of the steps before (by name) and the
   * pipeline's `input`. Null: the payload is the pipeline's input.
   */
  readonly input: InputCallback | null;
  /** The steps that must be over before this one starts; none for the first. */
  readonly after: readonly string[];
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
  readonly options: StepJobOptions & { readonly undo?: HandlerClass; readonly onItemFailure?: OnItemFailure };
}

/**
 * Checks a step, gives it its place after the one before, and freezes it.
 * @param before the steps declared before it
 * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
 */
export function defineStep(pipeline: string, draft: StepDraft, before: readonly StepDefinition[]): StepDefinition {
  const { name, kind, handlerClass, input } = draft;
  const invalid: InvalidStep = (problem, cause) => invalidPipeline({ pipeline, step: name }, problem, cause);
  checkName(name, before, invalid);
  checkHandler(handlerClass, 'its handler', invalid);
  checkInput(draft, before, invalid);
  const { undo = null, onItemFailure = 'fail', ...options } = draft.options;
  if (undo) checkHandler(undo, 'its undo handler', invalid);
  const last = before.at(-1);
  return Object.freeze({
    name,
    kind,
    handlerClass,
    input,
    after: Object.freeze(last ? [last.name] : []),
    onItemFailure: itemFailurePolicy(kind, onItemFailure, invalid),
    undo,
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
  if (input === null) return;
  if (typeof input !== 'function') throw invalid('its third argument is no callback. Write (results) => payload.');
  if (Object.prototype.toString.call(input) === '[object AsyncFunction]') {
    throw invalid(
      'its callback is async. Callbacks only pick from results; whatever must be awaited belongs in a handler.',
    );
  }
}
