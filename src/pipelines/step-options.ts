import type { Duration } from '../core/duration.js';
import type { HandlerClass, HandlerShape, StoredResultOf } from '../core/handler-class.js';
import type { Json } from '../core/json.js';
import type { Priority } from '../core/limits.js';
import type { Undoes } from './step-undo.js';

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

/** Options of `.step`. */
export interface StepOptions<Step extends HandlerShape, Undo extends HandlerShape> extends StepJobOptions {
  /** The handler that undoes the step if its run fails after it; it is given an `UndoPayload`. Default: none. */
  readonly undo?: HandlerClass<Undo> & Undoes<Undo, Step>;
}

/** Options of `.each`. */
export interface EachOptions<Step extends HandlerShape, Undo extends HandlerShape, Policy> extends StepOptions<
  Step,
  Undo
> {
  /** What becomes of the run when the job of one item is discarded. Default `'fail'`. */
  readonly onItemFailure?: Policy;
}

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
