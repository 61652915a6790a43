import type { Duration } from '../core/duration.js';
import type { HandlerShape, PayloadClass } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import type { AfterSkipped, KnownSteps, Results, Skips, StepName } from './step-facts.js';
import type { NewName } from './step-names.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { NoExcess } from './step-input.js';
import type {
  ApprovalOptions,
  ChildOptions,
  ChildShape,
  EdgeOptions,
  OnFailure,
  SignalOptions,
} from './step-options.js';
import type { Filling } from './step-payload.js';
import type { With } from './with-step.js';

/** The calls that add a step which needs no handler. */
export interface AddBuiltIn<
  Input extends object,
  Steps extends KnownSteps,
  Last extends StepName<Steps>,
  Ends extends StepName<Steps>,
> {
  /**
   * Adds a pause, which takes no slot of any worker. Callbacks after it do not see it: it has no result.
   * @param name what `after` and `run.status()` call it; lower case
   * @param until how long, from when all that it comes after is over, or a callback that says how long or until when; at
   * most a year. What has passed by then is no pause
   * @param options what it comes after, and whether it takes place
   * @example .sleep('a-day', '1d')
   * @example .sleep('until-due', ({ order }) => new Date(order.dueAt), { after: ['order'] })
   */
  sleep<
    Name extends string,
    const After extends readonly (keyof Steps & string)[] = readonly [Last],
    Skipping extends AfterSkipped = 'run',
    Answer extends boolean = never,
  >(
    name: NewName<Name, Steps>,
    until: Duration | ((results: Results<Input, Steps, After[number], Skipping>) => Duration | Date),
    options?: EdgeOptions<After, Skipping, Results<Input, Steps, After[number], Skipping>, Answer>,
  ): With<Input, Steps, Ends, Name, After[number], Skipping, null, Skips<Answer, 'fail'>, never>;

  /**
   * Adds a step that waits for `run.signal(name, answer)`, without a slot. One that was sent before the step began is there
   * at once. The first is the answer; later ones are told that they came too late.
   * @param name what the signal is called, and callbacks after the step call the answer; lower case
   * @param answer the payload class that validates it when it is sent, and again when it is taken
   * @param options what it comes after, whether it takes place, how long it waits, and what then
   * @example .signal('paid', Payment, { timeout: '3d', onTimeout: 'skip' })
   */
  signal<
    Name extends string,
    Answer extends object,
    const Policy extends OnFailure<Filling<Jsonify<Answer>>> = 'fail',
    const After extends readonly (keyof Steps & string)[] = readonly [Last],
    Skipping extends AfterSkipped = 'run',
    When extends boolean = never,
  >(
    name: NewName<Name, Steps>,
    answer: PayloadClass<Answer>,
    options?: SignalOptions<Policy, After, Skipping, Results<Input, Steps, After[number], Skipping>, When>,
  ): With<
    Input,
    Steps,
    Ends,
    Name,
    After[number],
    Skipping,
    Jsonify<Answer>,
    Skips<When, Policy>,
    Name,
    { readonly kind: 'signal'; readonly answer: Answer }
  >;

  /**
   * Adds a step that waits until a person answers it: by `run.approve(name, form, { by })` or `run.reject(name, { by })`, or
   * by a signed link of `Approvals`. Who answered and when is kept. It waits as a signal does.
   * @param name what callbacks after it call the form; lower case
   * @param form the payload class that validates it
   * @param options as those of `.signal`, and who is asked, who is asked later, and what a rejection means
   * @example .approve('review', Review, { assignee: 'legal', timeout: '5d', escalate: { after: '2d', to: 'head-of-legal' } })
   */
  approve<
    Name extends string,
    Form extends object,
    const Timeout extends OnFailure<Filling<Jsonify<Form>>> = 'fail',
    const Rejection extends OnFailure<Filling<Jsonify<Form>>> = 'fail',
    const After extends readonly (keyof Steps & string)[] = readonly [Last],
    Skipping extends AfterSkipped = 'run',
    When extends boolean = never,
  >(
    name: NewName<Name, Steps>,
    form: PayloadClass<Form>,
    options?: ApprovalOptions<
      Timeout,
      Rejection,
      After,
      Skipping,
      Results<Input, Steps, After[number], Skipping>,
      When
    >,
  ): With<
    Input,
    Steps,
    Ends,
    Name,
    After[number],
    Skipping,
    Jsonify<Form>,
    Skips<When, Timeout | Rejection>,
    Name,
    { readonly kind: 'approve'; readonly answer: Form }
  >;

  /**
   * Adds a step that runs another pipeline, and waits for the run without a slot. Its result is the output of that.
   * @param name what callbacks after it call the output; lower case
   * @param child what `.build()` returned; it need not be registered by itself
   * @param input makes the child's input
   * @param options as those of `.step`. If the child fails or is cancelled, the step fails by its `onFailure`; if this run is
   * stopped, the child is cancelled, and undone first if this run is. A child that is completed is undone by `undo` alone
   * @example .run('shipped', shipOrder, ({ order }) => ({ orderId: order.id }), { undo: CancelShipment })
   */
  run<
    Name extends string,
    ChildInput extends object,
    Output,
    const Made extends Filling<ChildInput>,
    Undo extends HandlerShape,
    const Policy extends OnFailure<Filling<Output>> = 'fail',
    const After extends readonly (keyof Steps & string)[] = readonly [Last],
    Skipping extends AfterSkipped = 'run',
    When extends boolean = never,
  >(
    name: NewName<Name, Steps>,
    child: PipelineDefinition<ChildInput, Output>,
    input: (
      results: Results<Input, Steps, After[number], Skipping>,
    ) => Made & NoExcess<Made, ChildInput, Results<Input, Steps, After[number], Skipping>>,
    options?: ChildOptions<
      ChildShape<ChildInput, Output>,
      Undo,
      Policy,
      After,
      Skipping,
      Results<Input, Steps, After[number], Skipping>,
      When
    >,
  ): With<Input, Steps, Ends, Name, After[number], Skipping, Output, Skips<When, Policy>>;
}
