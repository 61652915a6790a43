import type { PayloadClass } from '../core/handler-class.js';
import { isName } from '../core/limits.js';
import { invalidPipeline, NAME_RULE } from './invalid-pipeline.js';
import { pipelineVersion } from './pipeline-version.js';
import type { StepDefinition, StepDraft } from './step-definition.js';
import { defineStep } from './step-definition.js';
import type { NoSteps, StepAsks } from './step-facts.js';

declare const output: unique symbol;
declare const stepName: unique symbol;
declare const asks: unique symbol;

/**
 * A pipeline as its builder leaves it: frozen, and the same in every process that loads the same code.
 * @typeParam Input the class of its input
 * @typeParam Output what a run returns: the JSON form of the result of the step after which none comes; of several such
 * steps, an object of their results by name
 * @typeParam Asks what its steps wait for from outside, by their names
 * @typeParam StepName the names of its steps
 */
export interface PipelineDefinition<
  Input extends object = object,
  Output = unknown,
  Asks extends StepAsks = NoSteps,
  StepName extends string = string,
> {
  readonly name: string;
  /**
   * Twelve hexadecimal digits of everything that decides where a run goes: the names, kinds, handlers, edges and failure
   * policies of the steps, and which of them have conditions. What callbacks and job options do may change under running
   * work, and gives no new version.
   */
  readonly version: string;
  readonly inputClass: PayloadClass<Input>;
  /** In the order of their declaration: each stands after all those that it waits for. */
  readonly steps: readonly StepDefinition[];
  /** For the compiler only: no definition has these at run time. */
  readonly [output]?: Output;
  readonly [asks]?: Asks;
  readonly [stepName]?: StepName;
}

/** A pipeline as its builder was given it. */
export interface PipelineDraft {
  readonly name: string;
  readonly inputClass: PayloadClass;
  readonly steps: readonly StepDraft[];
}

/**
 * Checks what the compiler may not have seen, and freezes the result.
 * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
 */
export function definePipeline({ name, inputClass, steps: drafts }: PipelineDraft): PipelineDefinition {
  if (!isName(name)) {
    throw invalidPipeline({ pipeline: name }, `the name of a pipeline is ${NAME_RULE}.`);
  }
  if (typeof inputClass !== 'function') {
    throw invalidPipeline(
      { pipeline: name },
      `its input is no class. Name one in pipeline(name, { input }); if one is named, two modules import each other.`,
    );
  }
  if (drafts.length === 0) {
    throw invalidPipeline({ pipeline: name }, 'it has no steps. Add one with .step or .each before .build().');
  }
  const steps: StepDefinition[] = [];
  for (const draft of drafts) steps.push(defineStep(name, draft, steps));
  return Object.freeze({ name, version: pipelineVersion(name, steps), inputClass, steps: Object.freeze(steps) });
}
