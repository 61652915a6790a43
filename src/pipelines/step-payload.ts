import type { Json } from '../core/json.js';

/**
 * What fills a payload class: its fields, at any depth without methods, for what was read from JSON has none. Arrays may
 * be read-only, as literals in callbacks are. Dates and other values that bring their own JSON form are asked for as
 * they are.
 */
export type Filling<T> = unknown extends T
  ? T
  : T extends Whole
    ? T
    : T extends readonly unknown[]
      ? Json extends T[number]
        ? Readonly<T> // not looked into: of a type that contains itself through arrays the compiler finds no end
        : { readonly [Index in keyof T]: Filling<T[Index]> }
      : { [Field in keyof T as IsMethod<T[Field]> extends true ? never : Field]: Filling<T[Field]> };

/** What has no fields to look into. */
type Whole =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | { toJSON(): unknown }
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ArrayBufferView
  | ((...args: never[]) => unknown);

type IsMethod<T> = [T] extends [never] ? false : T extends (...args: never[]) => unknown ? true : false;
