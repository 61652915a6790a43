import type { PipelineDefinition } from './pipeline-definition.js';
import type { StepDefinition } from './step-definition.js';

/** The step of that name, or undefined: a stored run may know steps that this definition does not. */
export function stepOf(definition: PipelineDefinition, name: string): StepDefinition | undefined {
  return definition.steps.find((step) => step.name === name);
}
