import type { HandlerClass, HandlerShape, PayloadClass, PayloadOf, StoredResultOf } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import type { PipelineDefinition, PipelineDraft } from './pipeline-definition.js';
import { definePipeline } from './pipeline-definition.js';
import type { InputCallback, StepDraft } from './step-definition.js';
import type { FilledByInput, NoExcess, PipelineInput, Refused, WithResult } from './step-input.js';
import type { NewName } from './step-names.js';
import type { EachOptions, ItemResult, OnItemFailure, StepOptions } from './step-options.js';
import type { Filling } from './step-payload.js';

/**
 * Starts a pipeline: a line of steps, each a job of its own, in which a step reads the results of those before it.
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
  return new LineBuilder({ name, inputClass: options.input, steps: [] }) as unknown as EmptyPipeline<Input>;
}

/** A pipeline without steps. `.build()` comes with the first. */
export type EmptyPipeline<Input extends object> = FirstStep<Input> & Pick<Steps<Input, PipelineInput<Input>>, 'each'>;

/** A pipeline of one step or more. */
export interface PipelineBuilder<Input extends object, Results, Output> extends Steps<Input, Results> {
  /**
   * Ends the pipeline. Checks once more what the compiler has checked, and that every handler is decorated.
   * @throws DefinitionError `PIPELINE_INVALID` naming the pipeline and the step
   */
  build(): PipelineDefinition<Input, Output>;
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
  ): PipelineBuilder<Input, WithResult<PipelineInput<Input>, Name, StoredResultOf<Step>>, StoredResultOf<Step>>;

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
  >(
    name: NewName<Name, PipelineInput<Input>>,
    handler: HandlerClass<Step>,
    input:
      | ((results: PipelineInput<Input>) => Made & NoExcess<Made, PayloadOf<Step>, PipelineInput<Input>>)
      | IfFilled<FilledByInput<Input, PayloadOf<Step>>, StepOptions<Step, Undo>>,
    options?: StepOptions<Step, Undo>,
  ): PipelineBuilder<Input, WithResult<PipelineInput<Input>, Name, StoredResultOf<Step>>, StoredResultOf<Step>>;
}

/** Options in the place of a callback, or the reason why there must be a callback. */
type IfFilled<Filled, Options> = unknown extends Filled ? Options : Refused<Filled & string>;

/** The calls that add a step. */
export interface Steps<Input extends object, Results> {
  /**
   * Adds a step: one job.
   * @param name what callbacks after it call its result; lower case
   * @param handler the class whose job it is
   * @param input makes the payload from the results before it and the pipeline's `input`. Called in the worker that
   * claims the step, perhaps more than once: it only picks and arranges. If it throws, the step fails.
   * @param options queue, priority, timeout and attempts of the job, and the handler that undoes it
   * @example .step('stored', StorePage, ({ page, images }) => ({ page, images }), { undo: RemovePage })
   */
  step<
    Name extends string,
    Step extends HandlerShape,
    const Made extends Filling<PayloadOf<Step>>,
    Undo extends HandlerShape,
  >(
    name: NewName<Name, Results>,
    handler: HandlerClass<Step>,
    input: (results: Results) => Made & NoExcess<Made, PayloadOf<Step>, Results>,
    options?: StepOptions<Step, Undo>,
  ): PipelineBuilder<Input, WithResult<Results, Name, StoredResultOf<Step>>, StoredResultOf<Step>>;

  /**
   * Adds a fan-out: a job an item, each with its own attempts. Its result is the array of theirs, in the items' order.
   * @param name what callbacks after it call the array; lower case
   * @param handler the class whose jobs they are
   * @param items returns the payloads of the jobs; an empty array is fine. Fields that the payload class lacks are dropped
   * @param options as those of `.step`, and `onItemFailure`
   * @example .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' })
   */
  each<
    Name extends string,
    Step extends HandlerShape,
    Undo extends HandlerShape,
    const Item extends Filling<PayloadOf<Step>>,
    const Policy extends OnItemFailure<Filling<StoredResultOf<Step>>> = 'fail',
  >(
    name: NewName<Name, Results>,
    handler: HandlerClass<Step>,
    items: (results: Results) => readonly Item[],
    options?: EachOptions<Step, Undo, Policy>,
  ): PipelineBuilder<Input, WithResult<Results, Name, ItemResult<Step, Policy>[]>, Jsonify<ItemResult<Step, Policy>[]>>;
}

type Options = StepDraft['options'];

/** The builder at run time, where all of its types are one. */
class LineBuilder {
  constructor(private readonly draft: PipelineDraft) {}

  step(name: string, handlerClass: HandlerClass, input?: InputCallback | Options, options?: Options): LineBuilder {
    // Options alone come third.
    const [callback, rest] = typeof input === 'object' && !options ? [null, input] : [input as InputCallback, options];
    return this.with({ name, kind: 'one', handlerClass, input: callback ?? null, options: rest ?? {} });
  }

  each(name: string, handlerClass: HandlerClass, items?: InputCallback, options?: Options): LineBuilder {
    return this.with({ name, kind: 'each', handlerClass, input: items ?? null, options: options ?? {} });
  }

  build(): PipelineDefinition {
    return definePipeline(this.draft);
  }

  private with(step: StepDraft): LineBuilder {
    return new LineBuilder({ ...this.draft, steps: [...this.draft.steps, step] });
  }
}
