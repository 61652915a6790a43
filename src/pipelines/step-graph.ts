import type { PipelineDefinition } from './pipeline-definition.js';
import type { StepDefinition } from './step-definition.js';

/** The step of that name, or undefined: a stored run may know steps that this definition does not. */
export function stepOf(definition: PipelineDefinition, name: string): StepDefinition | undefined {
  return definition.steps.find((step) => step.name === name);
}

/** The steps that wait for none: those a run starts with. */
export function firstSteps(definition: PipelineDefinition): readonly StepDefinition[] {
  return definition.steps.filter((step) => step.after.length === 0);
}

/** The steps that wait for a step, and perhaps for others too. */
export function nextSteps(definition: PipelineDefinition, stepName: string): readonly StepDefinition[] {
  return definition.steps.filter((step) => step.after.includes(stepName));
}

/**
 * The completed steps that have an undo handler, in the order in which they are undone: the last declared first, so that
 * a step is undone before any step that it waited for.
 */
export function undoOrder(definition: PipelineDefinition, completed: ReadonlySet<string>): readonly StepDefinition[] {
  return definition.steps.filter((step) => step.undo !== null && completed.has(step.name)).reverse();
}
