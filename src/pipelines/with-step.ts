import type { HandlerShape, StoredResultOf } from '../core/handler-class.js';
import type { PipelineBuilder } from './pipeline-builder.js';
import type { KnownSteps, NewFacts, Optional, StepAsk, StepName, WithStep } from './step-facts.js';

/** The pipeline after a step of one job was added. */
export type WithOne<
  Input extends object,
  Steps extends KnownSteps,
  Ends extends string,
  Name extends string,
  Step extends HandlerShape,
  After extends readonly StepName<Steps>[],
  Skipping,
  Skips,
> = With<Input, Steps, Ends, Name, After[number], Skipping, StoredResultOf<Step>, Skips>;

/**
 * The pipeline after a step was added.
 * @typeParam After the steps that it comes after
 * @typeParam Result what callbacks read of it
 * @typeParam Read its own name; `never` if callbacks read nothing of it
 * @typeParam Asks what it waits for from outside; `never`: nothing
 */
export type With<
  Input extends object,
  Steps extends KnownSteps,
  Ends extends string,
  Name extends string,
  After extends StepName<Steps>,
  Skipping,
  Result,
  Skips,
  Read extends string = Name,
  Asks extends StepAsk = never,
> = PipelineBuilder<
  Input,
  WithStep<
    Steps,
    Name,
    NewFacts<
      Result,
      Optional<Steps, After, Skipping, Skips>,
      Read | Steps[After]['over'],
      Read | (Skipping extends 'skip' ? Steps[After]['ran'] : never),
      Asks
    >
  >,
  Name,
  Name | Exclude<Ends, After>
>;
