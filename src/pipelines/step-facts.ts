import type { PayloadInput } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import type { Gathered } from './streamed-results.js';

/** What the compiler knows of a step that has been added. */
export interface StepFacts {
  /** What it returns, in JSON form. */
  readonly result: unknown;
  /** What callbacks see of it: its result, and `undefined` if it may be skipped. */
  readonly seen: unknown;
  readonly optional: boolean;
  /** The steps that are over when it is: itself, and all that it waits for, directly or not. */
  readonly over: string;
  /** Those of them that were not skipped if it was not. */
  readonly ran: string;
  /** What it waits for; `never`: nothing. */
  readonly asks: StepAsk;
}

/** What a step waits for from outside. */
export interface StepAsk {
  readonly kind: 'signal' | 'approve';
  readonly answer: object;
}

/** What the steps of a pipeline wait for from outside, by their names. */
export type StepAsks = Readonly<Record<string, StepAsk>>;

/** The names of the steps that wait for that kind of answer. */
export type AskedFor<Asks extends StepAsks, Kind extends StepAsk['kind']> = {
  [Name in keyof Asks & string]: Kind extends Asks[Name]['kind'] ? Name : never;
}[keyof Asks & string];

/** An answer as a caller writes it. Any object if the step is not known. */
export type AnswerTo<Asks extends StepAsks, Name extends keyof Asks> = object extends Asks[Name]['answer']
  ? object
  : PayloadInput<Asks[Name]['answer']>;

/** The steps of a pipeline by their names. */
export type KnownSteps = Readonly<Record<string, StepFacts>>;

/** No step yet. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the object type without any key
export type NoSteps = {};

/** The names of steps. */
export type StepName<Steps> = keyof Steps & string;

/** What callbacks of the first step see. */
export interface PipelineInput<Input> {
  /** The pipeline's input as it was stored, in its JSON form. */
  readonly input: Jsonify<Input>;
}

/** What a step does if one that it comes after was skipped. */
export type AfterSkipped = 'run' | 'skip';

/**
 * What the callbacks of a step see that comes after others: the input, and the results of all that is certainly over when
 * it starts. A flat object each time, so that no step costs the compiler more than another.
 */
export type Results<Input, Steps extends KnownSteps, After extends StepName<Steps>, Skipping> = {
  readonly [Name in 'input' | Steps[After]['over']]: Name extends keyof Steps
    ? Steps[Name][Skipping extends 'skip' ? (Name extends Steps[After]['ran'] ? 'result' : 'seen') : 'seen']
    : Jsonify<Input>;
};

/**
 * A step as those after it know it. It is told what it needs of the steps before it and not given these themselves: the
 * compiler would look through them twice for every step that follows.
 */
export interface NewFacts<
  Result,
  Skippable extends boolean,
  Over extends string,
  Ran extends string,
  Asks extends StepAsk,
> {
  readonly result: Result;
  readonly seen: true extends Skippable ? Result | undefined : Result;
  readonly optional: Skippable;
  readonly over: Over;
  readonly ran: Ran;
  readonly asks: Asks;
}

/** Whether a step may be skipped: by what it says itself (`Skips`), or with one that it comes after. */
export type Optional<Steps extends KnownSteps, After extends StepName<Steps>, Skipping, Skips> = true extends
  Skips | (Skipping extends 'skip' ? Steps[After]['optional'] : never)
  ? true
  : false;

/** `true` if options skip a step: they have a `when`, or `onFailure: 'skip'`. */
export type Skips<Answer, Policy> = [Answer] extends [never] ? ('skip' extends Policy ? true : false) : true;

/** The steps after one more was added. */
export type WithStep<Steps, Name extends string, Facts> = {
  readonly [Key in keyof Steps | Name]: Key extends keyof Steps ? Steps[Key] : Facts;
};

/**
 * What a run returns: the result of the step after which none comes, or the results of all such steps by their names.
 * One that was skipped is `null`, as nothing is in JSON.
 */
export type OutputOf<Steps extends KnownSteps, Ends extends StepName<Steps>> = [Ends] extends [OneOf<Ends>]
  ? Stored<Steps[Ends]>
  : { [Name in Ends]: Stored<Steps[Name]> };

type Stored<Facts extends StepFacts> = Facts['optional'] extends true
  ? Jsonify<Gathered<Facts['result']>> | null
  : Jsonify<Gathered<Facts['result']>>;

/** The name itself if it is one, `never` if there are several. */
type OneOf<Name, All = Name> = Name extends unknown ? ([All] extends [Name] ? Name : never) : never;
