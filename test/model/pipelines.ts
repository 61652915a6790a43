import { Allow, IsInt } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import type { HandlerClass } from '../../src/core/handler-class.js';
import { isEven, type StepResult, SUBSTITUTE } from './model-pipelines.js';

class Numbered {
  @IsInt() n!: number;
}

class Undone {
  @Allow() payload!: Numbered;
  @Allow() result!: StepResult;
}

/** The name of the job that does a step, and of the one that undoes it. */
export const WORK = 'work';
export const REVERT = 'revert';

export const WORK_QUEUE = 'a';
export const REVERT_QUEUE = 'b';
/** All that is undone is undone under one key. */
export const REVERT_LOCK = 'y';

/** What a step is given: the number of the run, and ten for each attempt of the steps that it comes after. */
export function stepNumber(n: number, before: readonly (StepResult | undefined)[]): number {
  return n + 10 * before.reduce((sum, result) => sum + (result?.attempt ?? 0), 0);
}

/** The pipelines of `SHAPES`, for the engine. @param act what handlers do */
export function makePipelines(
  retry: { readonly attempts: number; readonly delay: `${number}ms`; readonly jitter: number },
  act: (job: JobContext) => StepResult,
): {
  readonly classes: readonly HandlerClass[];
  readonly definitions: Readonly<Record<string, PipelineDefinition<Numbered>>>;
} {
  const Work = defineHandler({
    name: WORK,
    payload: Numbered,
    queue: WORK_QUEUE,
    retry,
    handle: (_, job): StepResult => act(job),
  });
  const Revert = defineHandler({
    name: REVERT,
    payload: Undone,
    queue: REVERT_QUEUE,
    retry,
    lock: () => REVERT_LOCK,
    handle: (_, job): StepResult => act(job),
  });
  const given = ({ n }: { readonly n: number }, ...before: (StepResult | undefined)[]): Numbered => ({
    n: stepNumber(n, before),
  });
  const input = { input: Numbered };
  const chain = pipeline('chain', input)
    .step('a', Work)
    .step('b', Work, (seen) => given(seen.input, seen.a))
    .step('c', Work, (seen) => given(seen.input, seen.b))
    .build();
  const fork = pipeline('fork', input)
    .step('a', Work)
    .step('b', Work, (seen) => given(seen.input, seen.a))
    .step('c', Work, (seen) => given(seen.input, seen.a), { after: ['a'] })
    .step('d', Work, (seen) => given(seen.input, seen.b, seen.c), { after: ['b', 'c'] })
    .build();
  const choice = pipeline('choice', input)
    .step('a', Work)
    .step('b', Work, (seen) => given(seen.input, seen.a), { when: (seen) => isEven(seen.input.n) })
    .step('c', Work, (seen) => given(seen.input, seen.b))
    .build();
  const lenient = pipeline('lenient', input)
    .step('a', Work)
    .step('b', Work, (seen) => given(seen.input, seen.a), { onFailure: { substitute: SUBSTITUTE } })
    .step('c', Work, (seen) => given(seen.input, seen.b), { onFailure: 'skip' })
    .step('d', Work, (seen) => given(seen.input, seen.c))
    .build();
  const trip = pipeline('trip', input)
    .step('a', Work, { undo: Revert })
    .step('b', Work, (seen) => given(seen.input, seen.a), { undo: Revert })
    .step('c', Work, (seen) => given(seen.input, seen.a), { after: ['a'], undo: Revert })
    .step('d', Work, (seen) => given(seen.input, seen.b, seen.c), { after: ['b', 'c'], undo: Revert })
    .build();
  return { classes: [Work, Revert], definitions: { chain, fork, choice, lenient, trip } };
}
