import type { HandlerShape, PayloadOf, ResultOf } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import type { Fits, Same } from './step-input.js';

/**
 * The payload of an undo handler: what its step was given, and what that returned, both as they were stored. The payload
 * class declares what it needs of the two. Of an `.each` step each item is undone by a job of its own, and `payload` and
 * `result` are those of the item.
 * @example
 * ```ts
 * class StoredPage { @IsUUID() id!: string }
 * class RemovalOfPage { @ValidateNested() @Type(() => StoredPage) result!: StoredPage }
 * ```
 */
export interface UndoPayload<Payload = unknown, Result = unknown> {
  readonly payload: Payload;
  readonly result: Result;
}

/** `unknown` if the payload and the result of a step fill the payload of its undo handler, else the reason why not. */
export type Undoes<Undo extends HandlerShape, Step extends HandlerShape> = Fits<
  UndoPayload<
    Given<PayloadOf<Step>, FieldOf<PayloadOf<Undo>, 'payload'>>,
    Given<ResultOf<Step>, FieldOf<PayloadOf<Undo>, 'result'>>
  >,
  PayloadOf<Undo>,
  'The step does not fill the payload { payload, result } of its undo handler'
>;

/** A field declared as the very class of the step's value revives it; every other is given plain JSON. */
type Given<Value, Wanted> = Same<Value, Wanted> extends true ? Wanted : Jsonify<Value>;

type FieldOf<T, Key extends string> = Key extends keyof T ? NonNullable<T[Key]> : never;
