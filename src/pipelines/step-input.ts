import type { Jsonify } from '../core/json.js';
import type { Filling } from './step-payload.js';

/**
 * `unknown` if the pipeline's input, read back from JSON, fills the payload of a step that has no callback; else the
 * reason why not. A class fills itself: what it revives when the input is read, a `Date` say, it revives here too.
 */
export type FilledByInput<Input, Payload> =
  Same<Input, Payload> extends true
    ? unknown
    : Fits<Jsonify<Input>, Payload, "The input of the pipeline does not fill this step's payload">;

/** `unknown` if what was read from JSON fills a payload class, else the reason why not, with the field. */
export type Fits<From, Payload, Otherwise extends string> =
  From extends Filling<Payload> ? unknown : `${Otherwise}: ${Misfit<From, Filling<Payload>>}`;

type Misfit<From, Wanted> = [FieldMisfit<From, Wanted>] extends [never]
  ? 'they have no field in common'
  : FieldMisfit<From, Wanted>;

type FieldMisfit<From, Wanted> = {
  [Field in keyof Wanted & string]-?: Field extends keyof From
    ? From[Field] extends Wanted[Field]
      ? never
      : `"${Field}" ${Difference<From[Field], Wanted[Field]>}`
    : Partial<Pick<Wanted, Field>> extends Pick<Wanted, Field>
      ? never
      : `"${Field}" is missing`;
}[keyof Wanted & string];

type Difference<From, Wanted> = undefined extends From
  ? 'may be missing'
  : [From, Date] extends [string, Wanted]
    ? 'is a Date there, and a string once stored'
    : 'is of another type';

/**
 * `unknown` if what a callback makes has no field that the payload class lacks. TypeScript itself never looks for
 * excess fields in what a callback returns, and a mistyped optional field would pass unseen. A whole result may be
 * handed on whatever else it holds: validation drops the rest.
 */
export type NoExcess<Made, Payload, Results> = [Excess<Made, Payload>] extends [never]
  ? unknown
  : true extends { [Key in keyof Results]: Same<Made, Results[Key]> }[keyof Results]
    ? unknown
    : { readonly [Field in Excess<Made, Payload>]: Refused<`The payload of this step has no field "${Field}"`> };

type Excess<Made, Payload> = unknown extends Made
  ? never
  : Made extends unknown
    ? Exclude<keyof Made & string, keyof Payload>
    : never;

declare const reason: unique symbol;

/** A type that no value has, with the reason for the compiler to print. */
export interface Refused<Reason extends string> {
  readonly [reason]: Reason;
}

/** Whether two types fit each other both ways, as those of one class do. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
