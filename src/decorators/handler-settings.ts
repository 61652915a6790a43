import type { Duration } from '../core/duration.js';
import type { PayloadClass, PayloadInput } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import type { Priority } from '../core/limits.js';
import type { RetryOptions } from '../core/retry-policy.js';
import type { UniqueOptions } from '../core/unique.js';

/** Makes a payload of the next version out of a stored one. */
export type Upcast<Next = object> = (old: never) => Next;

/**
 * The upcasts that a handler of a version may have: from each version before. What the last of them returns must fill the
 * payload class, as it is written in code or as it is stored.
 */
export type Upcasts<
  Payload,
  Version extends number,
  From extends readonly unknown[] = [unknown],
> = number extends Version
  ? Readonly<Record<number, Upcast>>
  : From['length'] extends Version
    ? unknown
    : [...From, unknown]['length'] extends Version
      ? { readonly [Key in From['length']]?: Upcast<PayloadInput<Payload> | Jsonify<PayloadInput<Payload>>> }
      : { readonly [Key in From['length']]?: Upcast } & Upcasts<Payload, Version, [...From, unknown]>;

/** What `@JobHandler` takes. */
export interface JobHandlerOptions<Payload extends object = object, Version extends number = number> {
  /**
   * The name under which jobs are stored: lower case, at most 63 characters of `a-z 0-9 _ . : -`. Renaming it orphans
   * the jobs that wait under the old name.
   */
  readonly name: string;
  /** The class of the payload, with class-validator decorators on its fields; `NoPayload` when there is none. */
  readonly payload: PayloadClass<Payload>;
  /** The queue that its jobs go to. Default `'default'`. */
  readonly queue?: string;
  /**
   * The version of the payload's shape, stored with each job: raise it when jobs that wait would not be valid any more. A
   * worker leaves jobs alone that are of a later version than its class, or of an earlier one without an `upcast`. A whole
   * number from 1 to 32767, default 1.
   */
  readonly version?: Version;
  /**
   * What makes a payload of the next version out of an older one, by the older version: `{ 1: (old) => … }`. A job is taken
   * from one version to the next when it is claimed, and then validated.
   * @example upcast: { 1: ({ uri }: { uri: string }) => ({ url: uri }) }
   */
  readonly upcast?: Upcasts<Payload, Version>;
}

/** A key as `@Lock` and `@Unique` take it: a template such as `'page:{url}'`, or a function of the payload. */
export type KeyOption = string | ((payload: never) => string);

/** What each decorator records, as it was written. The registry interprets it. */
export interface HandlerSettings {
  readonly JobHandler: JobHandlerOptions;
  readonly Retry: RetryOptions;
  readonly Lock: KeyOption;
  readonly Timeout: Duration;
  readonly Priority: Priority;
  readonly Unique: UniqueOptions & { readonly key: KeyOption };
  readonly Keep: Duration;
  readonly Transactional: true;
}
