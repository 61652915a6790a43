import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { mermaid } from '../pipelines/mermaid.js';
import type { TransactionOptions } from './enqueue-options.js';
import type { ForkOptions, RerunOptions } from './repeat-options.js';
import type { EventsOptions, RunEvent } from './run-events.js';
import type { AnswerTo, AskedFor, StepAsks } from '../pipelines/step-facts.js';
import type { RunGraph } from './run-graph.js';
import type { RunStatus } from './run-status.js';

/** How a run is cancelled. */
export interface CancelRunOptions {
  /** Whether completed steps that have an undo handler are undone, each after all that came after it. Default false. */
  readonly undo?: boolean;
}

/** What a handle asks of the client that made it. */
export interface RunSource {
  status(id: string): Promise<RunStatus>;
  output(id: string, timeoutMs: number | null): Promise<unknown>;
  cancel(id: string, reason?: string, options?: CancelRunOptions): Promise<boolean>;
  events(id: string, options?: EventsOptions): AsyncIterableIterator<RunEvent>;
  graph(id: string): Promise<RunGraph>;
  retry(id: string, options?: TransactionOptions): Promise<void>;
  fork(id: string, options: ForkOptions): Promise<RunHandle>;
  rerun(id: string, options?: RerunOptions): Promise<RunHandle>;
  signal(id: string, step: string, answer: object): Promise<boolean>;
  approve(id: string, step: string, form: object, by: string): Promise<boolean>;
  reject(id: string, step: string, by: string, reason?: string): Promise<boolean>;
}

/**
 * A run of a pipeline.
 * @typeParam Output what it returns
 * @typeParam Asks what its steps wait for, by their names; if that is not known, they take any answer
 * @typeParam Input the class of its input
 * @typeParam StepName the names of its steps
 */
export class RunHandle<
  Output = unknown,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are parameters: only `any` lets every handle pass for one of any run
  Asks extends StepAsks = any,
  Input extends object = object,
  StepName extends string = string,
> {
  constructor(
    private readonly source: RunSource,
    /** UUID v7. */
    readonly id: string,
    /** True if a run was there under the id or the unique key that `start` was given, and this is that run. */
    readonly existing: boolean,
  ) {}

  /** How it stands now, step by step; one indexed question, whatever the number of items. @throws NotFoundError */
  status(): Promise<RunStatus> {
    return this.source.status(this.id);
  }

  /**
   * Its pipeline with how each step stands, those too that have not begun; in any process, for it needs none of the code.
   * @throws NotFoundError
   * @example const waiting = (await run.graph()).steps.filter(({ state }) => state === 'pending');
   */
  graph(): Promise<RunGraph> {
    return this.source.graph(this.id);
  }

  /**
   * The same as a Mermaid flowchart, with a colour for each state.
   * @throws NotFoundError
   * @example await writeFile('run.mmd', await run.mermaid());
   */
  async mermaid(): Promise<string> {
    return mermaid(await this.graph());
  }

  /**
   * Waits for the run to be over.
   * @param options.timeout how long; default: for as long as it takes
   * @returns the result of the step after which none comes, in its JSON form; of several such steps, an object of their
   * results by name. A step or item that was skipped is `null`
   * @throws RunFailedError if it failed or was cancelled, after everything was undone that could be; ResultTimeoutError;
   * NotFoundError
   * @example const { pageId } = await run.result({ timeout: '5m' });
   */
  async result(options: { readonly timeout?: Duration } = {}): Promise<Output> {
    const timeoutMs = options.timeout === undefined ? null : milliseconds(options.timeout, 'run.result timeout');
    return (await this.source.output(this.id, timeoutMs)) as Output;
  }

  /**
   * Stops the run. Jobs of it that wait are cancelled when this returns; running ones are told through their signals, on
   * whichever worker, and the run is over when they have stopped.
   * @returns false if it was over or stopping already
   * @throws NotFoundError
   * @example await run.cancel('the order was withdrawn', { undo: true });
   */
  cancel(reason?: string, options: CancelRunOptions = {}): Promise<boolean> {
    return this.source.cancel(this.id, reason, options);
  }

  /**
   * Lets the run go on that failed or was cancelled. Steps that are over keep their results; those that failed, and those
   * that were stopped, get new jobs, and of a fan-out only the items that did. A timeout begins anew.
   *
   * Needs the pipeline, in the version of the run, in this process. Without `manager` or `executor` it is committed when
   * this returns. Of two at once one is done, and the other is told that the run is running.
   * @throws NotFoundError; InvalidTransitionError unless it failed or was cancelled; RunRepeatError `RUN_UNDONE` if a step of
   * it was undone, `RUN_ITEMS_CHANGED` if a fan-out would have another number of items, `RUN_KEY_TAKEN` if another run has
   * its unique key, `PIPELINE_VERSION_UNKNOWN`; DefinitionError `PIPELINE_INVALID` if a callback fails
   * @example await run.retry();
   */
  retry(options: TransactionOptions = {}): Promise<void> {
    return this.source.retry(this.id, options);
  }

  /**
   * Starts a new run of the same version, which takes over results of this one: of every step but `from`, what comes after
   * it, what was undone, and what was never over. This one is left as it is; what the other took over, it does not undo.
   * @param options.from the step or steps that are done again
   * @param options.input what they see as the input; default: that of this run
   * @throws NotFoundError; InvalidTransitionError if this run is not over; RunRepeatError `PIPELINE_VERSION_UNKNOWN`; and as
   * `jobs.start`
   * @example const again = await run.fork({ from: 'images' });
   */
  fork(options: ForkOptions<Input, StepName>): Promise<RunHandle<Output, Asks, Input, StepName>> {
    return this.source.fork(this.id, options) as Promise<RunHandle<Output, Asks, Input, StepName>>;
  }

  /**
   * Starts a new run of the pipeline from the beginning, with the same input or another: by the version of this run if this
   * process knows it, else by the one that it knows.
   * @throws NotFoundError; RunRepeatError `PIPELINE_VERSION_UNKNOWN`; and as `jobs.start`
   * @example const again = await run.rerun({ input: { url: 'https://example.com/other' } });
   */
  rerun(options: RerunOptions<Input> = {}): Promise<RunHandle<Output, Asks, Input, StepName>> {
    return this.source.rerun(this.id, options) as Promise<RunHandle<Output, Asks, Input, StepName>>;
  }

  /**
   * Sends what a `.signal` step waits for, or will: before the step begins it is kept. The first one sent is the answer.
   * @param answer validated at once if this process knows the pipeline, and in any case when the step takes it
   * @returns false if it came too late: the step has its answer, or it or the run is over
   * @throws StepUnknownError if no such step waits for a signal; PayloadError, NotSerializableError, TooLargeError;
   * NotFoundError
   * @example await run.signal('paid', { amount: 12 });
   */
  signal<Name extends AskedFor<Asks, 'signal'>>(step: Name, answer: AnswerTo<Asks, Name>): Promise<boolean> {
    return this.source.signal(this.id, step, answer);
  }

  /**
   * Answers an `.approve` step with its form. The first answer counts; before the step begins it is kept.
   * @param answer.by who answers; kept, and shown by `graph()`. That it is he is yours to make sure of
   * @returns false if it came too late: the step has its answer, or it or the run is over
   * @throws as `signal`; DefinitionError `OPTION_INVALID` if `by` is empty
   * @example await run.approve('review', { comment: 'fine' }, { by: 'ann@example.com' });
   */
  approve<Name extends AskedFor<Asks, 'approve'>>(
    step: Name,
    form: AnswerTo<Asks, Name>,
    answer: { readonly by: string },
  ): Promise<boolean> {
    return this.source.approve(this.id, step, form, answer.by);
  }

  /**
   * Rejects an `.approve` step: it fails, by its `onFailure`. Otherwise as `approve`.
   * @example await run.reject('review', { by: 'ann@example.com', reason: 'the price is wrong' });
   */
  reject(
    step: AskedFor<Asks, 'approve'>,
    { by, reason }: { readonly by: string; readonly reason?: string },
  ): Promise<boolean> {
    return this.source.reject(this.id, step, by, reason);
  }

  /**
   * What has happened since the run began, and then what happens; ends when the run is over. The events of a step come in
   * their order, and after those of the steps that it waited for.
   * @param options.after the `cursor` of an event: goes on behind it
   * @throws NotFoundError, DefinitionError `OPTION_INVALID` from the iteration
   * @example for await (const { step, state, done, total } of run.events()) console.log(step, state, `${done}/${total}`);
   */
  events(options: EventsOptions = {}): AsyncIterableIterator<RunEvent> {
    return this.source.events(this.id, options);
  }
}
