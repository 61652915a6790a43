import type { Duration } from '../core/duration.js';
import type { PayloadClass } from '../core/handler-class.js';
import type { Priority } from '../core/limits.js';
import type { RetryOptions } from '../core/retry-policy.js';
import type { UniqueOptions } from '../core/unique.js';

/** What `@JobHandler` takes. */
export interface JobHandlerOptions<Payload extends object = object> {
  /**
   * The name under which jobs are stored: lower case, at most 63 characters of `a-z 0-9 _ . : -`. Renaming it orphans
   * the jobs that wait under the old name.
   */
  readonly name: string;
  /** The class of the payload, with class-validator decorators on its fields; `NoPayload` when there is none. */
  readonly payload: PayloadClass<Payload>;
  /** The queue that its jobs go to. Default `'default'`. */
  readonly queue?: string;
  /** The version of the payload's shape, stored with each job. A whole number from 1, default 1. */
  readonly version?: number;
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
