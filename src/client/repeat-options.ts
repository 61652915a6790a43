import { DefinitionError } from '../core/errors.js';
import type { PayloadInput } from '../core/handler-class.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { RepeatRequest } from '../pipelines/run-repeater.js';
import type { RepeatableRun } from '../repositories/sql/hold-run.js';
import type { StartOptions } from './start-options.js';
import { startSettings } from './start-options.js';

/** Options of a run that repeats another. Its priority, tags and timeout are those of the other, unless they are given. */
export interface RerunOptions<Input extends object = object> extends StartOptions {
  /** Default: the input of the run that is repeated. */
  readonly input?: PayloadInput<Input>;
}

/** Options of a fork. */
export interface ForkOptions<Input extends object = object, Step extends string = string> extends RerunOptions<Input> {
  /** The step that is done again, or several: with all that comes after one of them. */
  readonly from: Step | readonly Step[];
}

/** The options, with what the run that is repeated says where they say nothing. @throws DefinitionError as `startSettings` */
export function repeatRequest(source: RepeatableRun, { input, ...options }: RerunOptions): RepeatRequest {
  const { facts, limits } = startSettings(source.name, options);
  const { owner, tenant } = source;
  return {
    facts: {
      ...facts,
      priority: options.priority ?? source.priority,
      tags: options.tags ?? source.tags,
      owner,
      tenant,
    },
    limits: { ...limits, timeoutMs: options.timeout === undefined ? source.timeoutMs : limits.timeoutMs },
    input: input ?? null,
  };
}

/** @throws DefinitionError `OPTION_INVALID` if a step is none of the pipeline, or there is none */
export function forkedFrom({ name, steps }: PipelineDefinition, from: string | readonly string[]): readonly string[] {
  const wanted = [from].flat(); // from a caller without a compiler it may be anything
  const known = steps.map((step) => step.name);
  if (wanted.length > 0 && wanted.every((step) => known.includes(step))) return wanted;
  const given = JSON.stringify(from);
  throw new DefinitionError(
    'OPTION_INVALID',
    `No run of pipeline "${name}" was forked: option from is ${given}. Name a step or several: ${known.join(', ')}.`,
  );
}
