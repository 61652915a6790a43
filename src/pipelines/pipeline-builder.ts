import type { HandlerClass, HandlerShape, PayloadClass, PayloadOf, StoredResultOf } from '../core/handler-class.js';
import type { PipelineDefinition, PipelineDraft } from './pipeline-definition.js';
import { definePipeline } from './pipeline-definition.js';
import type { InputCallback, StepDraft } from './step-definition.js';
import type {
  AfterSkipped,
  KnownSteps,
  NewFacts,
  NoSteps,
  Optional,
  OutputOf,
  PipelineInput,
  Results,
  Skips,
  StepName,
  WithStep,
} from './step-facts.js';
import type { FilledByInput, NoExcess, Refused } from './step-input.js';
import type { NewName } from './step-names.js';
import type { EachOptions, ItemResult, OnFailure, OnItemFailure, StepOptions } from './step-options.js';
import type { Filling } from './step-payload.js';

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
  Pick<AddStep<Input, NoSteps, never, never>, 'each'>;

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
> extends AddStep<Input, Steps, Last, Ends> {
  /**
   * Ends the pipeline. Checks once more what the compiler has checked, and that every handler is decorated.
   * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
   */
  build(): PipelineDefinition<Input, OutputOf<Steps, Ends>, Steps[Ends]['over']>;
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

/** The pipeline after a step of one job was added. */
type WithOne<
  Input extends object,
  Steps extends KnownSteps,
  Ends extends string,
  Name extends string,
  Step extends HandlerShape,
  After extends readonly StepName<Steps>[],
  Skipping,
  Skips,
> = With<Input, Steps, Ends, Name, After[number], Skipping, StoredResultOf<Step>, Skips>;

type With<
  Input extends object,
  Steps extends KnownSteps,
  Ends extends string,
  Name extends string,
  After extends StepName<Steps>,
  Skipping,
  Result,
  Skips,
> = PipelineBuilder<
  Input,
  WithStep<
    Steps,
    Name,
    NewFacts<
      Result,
      Optional<Steps, After, Skipping, Skips>,
      Name | Steps[After]['over'],
      Name | (Skipping extends 'skip' ? Steps[After]['ran'] : never)
    >
  >,
  Name,
  Name | Exclude<Ends, After>
>;

/** The calls that add a step. */
export interface AddStep<
  Input extends object,
  Steps extends KnownSteps,
  Last extends StepName<Steps>,
  Ends extends StepName<Steps>,
> {
  /**
   * Adds a step: one job.
   * @param name what callbacks after it call its result; lower case
   * @param handler the class whose job it is
   * @param input makes the payload from the pipeline's `input` and the results of the steps that are over by then: those
   * of `after`, and what these came after. It may be called more than once: it only picks and arranges. If it throws, the
   * run fails.
   * @param options what it comes after, whether it runs, what its failure means, what undoes it; and queue, priority,
   * timeout and attempts of its job
   * @example .step('stored', StorePage, ({ page, images }) => ({ page, images }), { after: ['page', 'images'], undo: RemovePage })
   */
  step<
    Name extends string,
    Step extends HandlerShape,
    const Made extends Filling<PayloadOf<Step>>,
    Undo extends HandlerShape,
    const Policy extends OnFailure<Filling<StoredResultOf<Step>>> = 'fail',
    const After extends readonly (keyof Steps & string)[] = readonly [Last],
    Skipping extends AfterSkipped = 'run',
    Answer extends boolean = never,
  >(
    name: NewName<Name, Steps>,
    handler: HandlerClass<Step>,
    input: (
      results: Results<Input, Steps, After[number], Skipping>,
    ) => Made & NoExcess<Made, PayloadOf<Step>, Results<Input, Steps, After[number], Skipping>>,
    options?: StepOptions<Step, Undo, Policy, After, Skipping, Results<Input, Steps, After[number], Skipping>, Answer>,
  ): WithOne<Input, Steps, Ends, Name, Step, After, Skipping, Skips<Answer, Policy>>;

  /**
   * Adds a fan-out: a job an item, each with its own attempts. Its result is the array of theirs, in the items' order.
   * @param name what callbacks after it call the array; lower case
   * @param handler the class whose jobs they are
   * @param items returns the payloads of the jobs; an empty array is fine. Fields that the payload class lacks are dropped
   * @param options as those of `.step`, with `onItemFailure` for `onFailure`
   * @example .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' })
   */
  each<
    Name extends string,
    Step extends HandlerShape,
    Undo extends HandlerShape,
    const Item extends Filling<PayloadOf<Step>>,
    const Policy extends OnItemFailure<Filling<StoredResultOf<Step>>> = 'fail',
    const After extends readonly (keyof Steps & string)[] = readonly [Last],
    Skipping extends AfterSkipped = 'run',
    Answer extends boolean = never,
  >(
    name: NewName<Name, Steps>,
    handler: HandlerClass<Step>,
    items: (results: Results<Input, Steps, After[number], Skipping>) => readonly Item[],
    options?: EachOptions<Step, Undo, Policy, After, Skipping, Results<Input, Steps, After[number], Skipping>, Answer>,
  ): With<Input, Steps, Ends, Name, After[number], Skipping, ItemResult<Step, Policy>[], Skips<Answer, 'fail'>>;
}

type Options = StepDraft['options'];

/** The builder at run time, where all of its types are one. */
class DraftBuilder {
  constructor(private readonly draft: PipelineDraft) {}

  step(name: string, handlerClass: HandlerClass, input?: InputCallback | Options, options?: Options): DraftBuilder {
    // Options alone come third.
    const [callback, rest] = typeof input === 'object' && !options ? [null, input] : [input as InputCallback, options];
    return this.with({ name, kind: 'one', handlerClass, input: callback ?? null, options: rest ?? {} });
  }

  each(name: string, handlerClass: HandlerClass, items?: InputCallback, options?: Options): DraftBuilder {
    return this.with({ name, kind: 'each', handlerClass, input: items ?? null, options: options ?? {} });
  }

  build(): PipelineDefinition {
    return definePipeline(this.draft);
  }

  private with(step: StepDraft): DraftBuilder {
    return new DraftBuilder({ ...this.draft, steps: [...this.draft.steps, step] });
  }
}
