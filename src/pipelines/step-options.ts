import type { Duration } from '../core/duration.js';
import type { HandlerClass, HandlerShape, StoredResultOf } from '../core/handler-class.js';
import type { Json } from '../core/json.js';
import type { Priority } from '../core/limits.js';
import type { AfterSkipped } from './step-facts.js';
import type { WrittenNames } from './step-names.js';
import type { Undoes } from './step-undo.js';
import type { ResultsAs } from './streamed-results.js';

/** How the jobs of a step run, where that differs from what their handler says. */
export interface StepJobOptions {
  /** The queue of the step's jobs. Default: that of the handler. */
  readonly queue?: string;
  /** 0 is claimed before 1, 9 last. Default: that of the handler. */
  readonly priority?: Priority;
  /** The most that one attempt may take. Default: that of the handler. */
  readonly timeout?: Duration;
  /** How often each job is tried in all, the first time included: 1 to 1000. Default: that of the handler. */
  readonly attempts?: number;
}

/**
 * Where a step stands in its pipeline, and whether it runs.
 * @typeParam After the names of the steps that it comes after
 * @typeParam Skipping what it does if one of these was skipped
 * @typeParam Results what callbacks see of the steps before it
 * @typeParam Answer of `when`; `never` if there is none
 */
export interface EdgeOptions<After extends readonly string[], Skipping, Results, Answer> {
  /**
   * The steps that must be over before this one starts, by their names; it starts once, when the last of them is over.
   * `[]`: none, it starts with the run. Default: the step that was added before it.
   */
  readonly after?: After & WrittenNames<After>;
  /**
   * What the step does if one that it comes after was skipped. `'run'`: its callbacks see `undefined` in that place.
   * `'skip'`: it is skipped too, so that its callbacks see results only. Default `'run'`.
   */
  readonly afterSkipped?: Skipping;
  /**
   * Whether the step runs, decided when all that it comes after is over. If it says no the step is skipped: callbacks
   * after it see `undefined`. Like every callback it only looks at what is stored; if it throws, the run fails.
   */
  readonly when?: (results: Results) => Answer;
}

/** What undoes a step. */
export interface UndoOptions<Step extends HandlerShape, Undo extends HandlerShape> {
  /** The handler that undoes the step if its run fails after it; it is given an `UndoPayload`. Default: none. */
  readonly undo?: HandlerClass<Undo> & Undoes<Undo, Step>;
}

/** Options of `.step`. */
export interface StepOptions<
  Step extends HandlerShape,
  Undo extends HandlerShape,
  Policy = 'fail',
  After extends readonly string[] = readonly string[],
  Skipping = AfterSkipped,
  Results = never,
  Answer = boolean,
>
  extends StepJobOptions, EdgeOptions<After, Skipping, Results, Answer>, UndoOptions<Step, Undo> {
  /** What becomes of the run when the step's job is discarded, or cancelled by its handler. Default `'fail'`. */
  readonly onFailure?: Policy;
}

/** Options of `.each`. */
export interface EachOptions<
  Step extends HandlerShape,
  Undo extends HandlerShape,
  Policy = 'fail',
  After extends readonly string[] = readonly string[],
  Skipping = AfterSkipped,
  Results = never,
  Answer = boolean,
  As = ResultsAs,
>
  extends StepJobOptions, EdgeOptions<After, Skipping, Results, Answer>, UndoOptions<Step, Undo> {
  /** What becomes of the run when the job of one item is discarded, or cancelled by its handler. Default `'fail'`. */
  readonly onItemFailure?: Policy;
  /**
   * What callbacks after the step see of its results. `'array'`: all of them. `'stream'`: how many there are, and no result
   * is loaded; the handler of a later step reads them with `job.results`. Default `'array'`.
   */
  readonly results?: As;
  /**
   * How many items of a run may have begun and not be over, those included that wait to be tried again: 1 to 10,000. The
   * others follow in their order. What undoes items is not limited. Default: all of them.
   */
  readonly concurrency?: number;
}

/** Options of `.signal`. */
export interface SignalOptions<
  Policy = 'fail',
  After extends readonly string[] = readonly string[],
  Skipping = AfterSkipped,
  Results = never,
  Answer = boolean,
> extends EdgeOptions<After, Skipping, Results, Answer> {
  /** How long the step waits, from when it begins to. At most a year, and that is the default. */
  readonly timeout?: Duration;
  /** What becomes of the run when the time is over. Default `'fail'`. */
  readonly onTimeout?: Policy;
}

/** A child run, as what undoes its step knows it. */
export interface ChildShape<Input, Output> {
  handle(payload: Input): Output;
}

/** Options of `.run`. */
export interface ChildOptions<
  Step extends HandlerShape,
  Undo extends HandlerShape,
  Policy = 'fail',
  After extends readonly string[] = readonly string[],
  Skipping = AfterSkipped,
  Results = never,
  Answer = boolean,
>
  extends EdgeOptions<After, Skipping, Results, Answer>, UndoOptions<Step, Undo> {
  /** What becomes of the run when its child fails or is cancelled. Default `'fail'`. */
  readonly onFailure?: Policy;
}

/** To whom an approval is handed on that nobody has answered. */
export interface Escalation {
  /** How long after it was opened. */
  readonly after: Duration;
  readonly to: string;
}

/** Options of `.approve`. */
export interface ApprovalOptions<
  Timeout = 'fail',
  Rejection = 'fail',
  After extends readonly string[] = readonly string[],
  Skipping = AfterSkipped,
  Results = never,
  Answer = boolean,
> extends SignalOptions<Timeout, After, Skipping, Results, Answer> {
  /** Who is to answer, in a word of yours: a mail address, a role. Default: anybody. */
  readonly assignee?: string | ((results: Results) => string);
  /** Hands it on once, if nobody has answered by then. Default: never. */
  readonly escalate?: Escalation;
  /** What becomes of the run when it is rejected. Default `'fail'`. */
  readonly onFailure?: Rejection;
}

/** What becomes of a run when the job of a step is discarded. */
export type OnFailure<Result = Json> =
  /** The run fails. */
  | 'fail'
  /** The step is skipped: its result is `undefined` in callbacks, and `null` where it is the output of the run. */
  | 'skip'
  /** The substitute takes the place of the step's result. */
  | { readonly substitute: Result };

/** What becomes of a run when the job of one item is discarded. */
export type OnItemFailure<Result = Json> =
  /** The run fails. */
  | 'fail'
  /** The item's place in the results is `undefined` in callbacks, and `null` wherever the results are stored. */
  | 'skip'
  /** The substitute takes the place of the item's result. */
  | { readonly substitute: Result };

/** What callbacks see of one item: its result in JSON form, and `undefined` if items may be skipped. */
export type ItemResult<Step extends HandlerShape, Policy> =
  StoredResultOf<Step> | ('skip' extends Policy ? undefined : never);
