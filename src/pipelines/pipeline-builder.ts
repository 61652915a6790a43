import type { HandlerClass, HandlerShape, PayloadClass, PayloadOf, StoredResultOf } from '../core/handler-class.js';
import type { AddBuiltIn } from './add-built-in.js';
import type { AddStep } from './add-step.js';
import { DraftBuilder } from './draft-builder.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { KnownSteps, NoSteps, OutputOf, PipelineInput, Skips, StepName } from './step-facts.js';
import type { FilledByInput, NoExcess, Refused } from './step-input.js';
import type { NewName } from './step-names.js';
import type { OnFailure, StepOptions } from './step-options.js';
import type { Filling } from './step-payload.js';
import type { WithOne } from './with-step.js';

/**
 * Starts a pipeline: steps, each a job of its own, that read the results of those before them. A step comes after the one
 * before, unless `after` says otherwise.
 *
 * The compiler checks that results fit payloads, in the JSON form in which they are stored: a `Date` in a result is a
 * string for the steps after it. `.build()` checks the rest. A builder never changes: each call returns a new one.
 * @param name unique among the pipelines of an application, and kept with every run: do not change it under running work
 * @param options `input`: the payload class that `jobs.start` validates its argument with
 * @example
 * ```ts
 * export const ingestPage = pipeline('ingest-page', { input: PageRef })
 *   .step('page', ScrapePage)
 *   .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' })
 *   .step('stored', StorePage, ({ page, images }) => ({ page, images }), { undo: RemovePage })
 *   .build();
 * ```
 */
export function pipeline<Input extends object>(
  name: string,
  options: { readonly input: PayloadClass<Input> },
): EmptyPipeline<Input> {
  // What a builder's types say about its steps holds for no value that it keeps, so nothing but this line can state it.
  return new DraftBuilder({ name, inputClass: options.input, steps: [] }) as unknown as EmptyPipeline<Input>;
}

/** A pipeline without steps. `.build()` comes with the first. */
export type EmptyPipeline<Input extends object> = FirstStep<Input> &
  Pick<AddStep<Input, NoSteps, never, never>, 'each'> &
  AddBuiltIn<Input, NoSteps, never, never>;

/**
 * A pipeline of one step or more.
 * @typeParam Last the step that was added last
 * @typeParam Ends the steps after which none comes
 */
export interface PipelineBuilder<
  Input extends object,
  Steps extends KnownSteps,
  Last extends StepName<Steps>,
  Ends extends StepName<Steps>,
>
  extends AddStep<Input, Steps, Last, Ends>, AddBuiltIn<Input, Steps, Last, Ends> {
  /**
   * Ends the pipeline. Checks once more what the compiler has checked, and that every handler is decorated.
   * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
   */
  build(): PipelineDefinition<
    Input,
    OutputOf<Steps, Ends>,
    // Not types with names: the compiler would print those, with all steps, wherever it prints the definition.
    { readonly [Name in keyof Steps as [Steps[Name]['asks']] extends [never] ? never : Name]: Steps[Name]['asks'] },
    { readonly [Name in keyof Steps & string]: Name }[keyof Steps & string]
  >;
}

/** The first step may do without a callback: its payload is the pipeline's input then. */
export interface FirstStep<Input extends object> {
  /**
   * Adds the first step, with the pipeline's input for its payload.
   * @example .step('page', ScrapePage)
   */
  step<Name extends string, Step extends HandlerShape>(
    name: NewName<Name, PipelineInput<Input>>,
    handler: HandlerClass<Step> & FilledByInput<Input, PayloadOf<Step>>,
  ): WithOne<Input, NoSteps, never, Name, Step, readonly [], 'run', false>;

  /**
   * Adds the first step, with a callback as every other step has it, or with options only.
   * @example .step('page', ScrapePage, { queue: 'web' })
   * @example .step('page', ScrapePage, ({ input }) => ({ url: input.urls[0] ?? '' }), { queue: 'web' })
   */
  step<
    Name extends string,
    Step extends HandlerShape,
    const Made extends Filling<PayloadOf<Step>>,
    Undo extends HandlerShape,
    const Policy extends OnFailure<Filling<StoredResultOf<Step>>> = 'fail',
    Answer extends boolean = never,
  >(
    name: NewName<Name, PipelineInput<Input>>,
    handler: HandlerClass<Step>,
    input:
      | ((results: PipelineInput<Input>) => Made & NoExcess<Made, PayloadOf<Step>, PipelineInput<Input>>)
      | IfFilled<
          FilledByInput<Input, PayloadOf<Step>>,
          StepOptions<Step, Undo, Policy, readonly [], 'run', PipelineInput<Input>, Answer>
        >,
    options?: StepOptions<Step, Undo, Policy, readonly [], 'run', PipelineInput<Input>, Answer>,
  ): WithOne<Input, NoSteps, never, Name, Step, readonly [], 'run', Skips<Answer, Policy>>;
}

/** Options in the place of a callback, or the reason why there must be a callback. */
type IfFilled<Filled, Options> = unknown extends Filled ? Options : Refused<Filled & string>;
