import type { HandlerClass, HandlerShape, PayloadOf, StoredResultOf } from '../core/handler-class.js';
import type { AfterSkipped, KnownSteps, Results, Skips, StepName } from './step-facts.js';
import type { NoExcess } from './step-input.js';
import type { NewName } from './step-names.js';
import type { EachOptions, ItemResult, OnFailure, OnItemFailure, StepOptions } from './step-options.js';
import type { Filling } from './step-payload.js';
import type { ResultsAs, ResultsOf } from './streamed-results.js';
import type { With, WithOne } from './with-step.js';

/** The calls that add a step of a handler. */
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
   * Adds a fan-out: a job an item, each with its own attempts. Its result is the array of theirs, in the items' order; with
   * `results: 'stream'` callbacks see how many there are, and handlers read them with `job.results`.
   * @param name what callbacks after it call the array; lower case
   * @param handler the class whose jobs they are
   * @param items returns the payloads of the jobs; an empty array is fine. Fields that the payload class lacks are dropped
   * @param options as those of `.step`, with `onItemFailure` for `onFailure`
   * @example .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' })
   * @example .each('totals', SumUp, ({ customers }) => customers, { results: 'stream' })
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
    As extends ResultsAs = 'array',
  >(
    name: NewName<Name, Steps>,
    handler: HandlerClass<Step>,
    items: (results: Results<Input, Steps, After[number], Skipping>) => readonly Item[],
    options?: EachOptions<
      Step,
      Undo,
      Policy,
      After,
      Skipping,
      Results<Input, Steps, After[number], Skipping>,
      Answer,
      As
    >,
  ): With<
    Input,
    Steps,
    Ends,
    Name,
    After[number],
    Skipping,
    ResultsOf<ItemResult<Step, Policy>, As>,
    Skips<Answer, 'fail'>
  >;
}
