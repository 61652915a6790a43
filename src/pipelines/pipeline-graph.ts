import type { PipelineDefinition } from './pipeline-definition.js';
import { definitionOf } from './step-jobs.js';

/** The shape of a pipeline, stored once a version: what its runs look like, for those who lack its code. */
export function pipelineGraph({ steps }: PipelineDefinition): object {
  return {
    steps: steps.map(({ name, kind, handlerClass, after, onItemFailure, undo }) => ({
      name,
      kind,
      handler: definitionOf(handlerClass).name,
      after,
      onItemFailure,
      undo: undo && definitionOf(undo).name,
    })),
  };
}
