import type { PipelineDefinition } from './pipeline-definition.js';
import type { AfterSkipped } from './step-facts.js';
import { definitionOf } from './step-jobs.js';
import type { StepKind } from './step-kind.js';
import type { OnFailure, OnItemFailure } from './step-options.js';

/** The shape of a pipeline, stored once a version: what its runs look like, for those who lack its code. */
export interface PipelineGraph {
  readonly steps: readonly StepShape[];
}

/** A step as the shape of its pipeline has it. */
export interface StepShape {
  readonly name: string;
  readonly kind: StepKind;
  /** The name of its jobs. */
  readonly handler: string;
  /** The steps that must be over before it starts. */
  readonly after: readonly string[];
  /** What it does if one of these was skipped. */
  readonly afterSkipped: AfterSkipped;
  /** Whether it has a `when`. */
  readonly conditional: boolean;
  /** What becomes of the run when its job is discarded; of a fan-out, see `onItemFailure`. */
  readonly onFailure: OnFailure;
  readonly onItemFailure: OnItemFailure;
  /** What becomes of the run when nothing comes in time for which it waits. */
  readonly onTimeout: OnFailure;
  /** The pipeline that it runs; null if it runs none. */
  readonly child: { readonly pipeline: string; readonly version: string } | null;
  /** The name of the jobs that undo it; null if nothing does. */
  readonly undoneBy: string | null;
}

export function pipelineGraph({ steps }: PipelineDefinition): PipelineGraph {
  return {
    steps: steps.map(({ name, kind, handlerClass, after, afterSkipped, when, undo, ...step }) => ({
      name,
      kind,
      handler: definitionOf(handlerClass).name,
      after,
      afterSkipped,
      conditional: when !== null,
      onFailure: step.onFailure,
      onItemFailure: step.onItemFailure,
      onTimeout: step.onTimeout,
      child: step.child && { pipeline: step.child.name, version: step.child.version },
      undoneBy: undo && definitionOf(undo).name,
    })),
  };
}
