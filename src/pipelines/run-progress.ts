import type { StepState } from '../core/run-state.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { StepDefinition } from './step-definition.js';

/** How the steps of a run stand that have begun. */
export type RunProgress = ReadonlyMap<string, StepState>;

/** Whether a step is over while its run goes on. */
export function isOver(state: StepState | undefined): boolean {
  return state !== undefined && state !== 'running';
}

/** Whether a step can begin: it has not, and all that it comes after is over. */
export function isReady({ name, after }: StepDefinition, progress: RunProgress): boolean {
  return !progress.has(name) && after.every((earlier) => isOver(progress.get(earlier)));
}

/** Whether all steps of a run are over. */
export function isComplete({ steps }: PipelineDefinition, progress: RunProgress): boolean {
  return steps.every(({ name }) => isOver(progress.get(name)));
}

/**
 * The steps whose results callbacks ask for that are called next: of steps that can begin, and of those that can if what
 * begins is over at once, because it is skipped or a fan-out of nothing.
 */
export function neededResults({ steps }: PipelineDefinition, progress: RunProgress): string[] {
  const instant = new Set<string>();
  const needed = new Set<string>();
  for (const { name, after, reads, kind, when, afterSkipped } of steps) {
    if (progress.has(name)) continue;
    if (!after.every((earlier) => instant.has(earlier) || isOver(progress.get(earlier)))) continue;
    for (const earlier of reads) needed.add(earlier);
    if (kind === 'each' || when !== null || afterSkipped === 'skip') instant.add(name);
  }
  return [...needed].filter((name) => hasResult(progress.get(name)));
}

function hasResult(state: StepState | undefined): boolean {
  return state === 'completed' || state === 'substituted';
}
