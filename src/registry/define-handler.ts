import type { ServiceIdentifier } from 'inversify';
import type { Duration } from '../core/duration.js';
import type { HandlerClass } from '../core/handler-class.js';
import type { ReadableTemplate } from '../core/key-template.js';
import type { Priority } from '../core/limits.js';
import type { RetryOptions } from '../core/retry-policy.js';
import type { UniqueOptions } from '../core/unique.js';
import type { HandlerSettings, JobHandlerOptions } from '../decorators/handler-settings.js';
import { injectInto } from '../decorators/injectable.js';
import type { SettingName } from '../decorators/metadata.js';
import { record } from '../decorators/metadata.js';
import type { Handler } from './handler.js';
import type { JobContext } from './job-context.js';

/** The values that a list of service identifiers resolves to, in its order. */
export type Services<Identifiers extends readonly ServiceIdentifier[]> = {
  [I in keyof Identifiers]: Identifiers[I] extends ServiceIdentifier<infer Service> ? Service : never;
};

/**
 * The keys once more, as `unknown` or as the reason why one is refused. Apart from the options themselves, because the
 * compiler infers a template only where nothing else is asked of it.
 */
interface CheckedKeys<Payload, LockTemplate extends string, UniqueTemplate extends string> {
  readonly lock?: ReadableTemplate<'lock', LockTemplate, Payload>;
  readonly unique?: { readonly key: ReadableTemplate<'unique', UniqueTemplate, Payload> };
}

/** What `defineHandler` takes: the options of every decorator, by its name. */
export interface HandlerOptions<
  Payload extends object,
  Result,
  LockTemplate extends string,
  UniqueTemplate extends string,
  Identifiers extends readonly ServiceIdentifier[],
  Version extends number = number,
> extends JobHandlerOptions<Payload, Version> {
  /** See `@Retry`. */
  readonly retry?: RetryOptions;
  /** See `@Lock`. */
  readonly lock?: LockTemplate | ((payload: Payload) => string);
  /** See `@Timeout`. */
  readonly timeout?: Duration;
  /** See `@Priority`. */
  readonly priority?: Priority;
  /** See `@Unique`. */
  readonly unique?: UniqueOptions & { readonly key: UniqueTemplate | ((payload: Payload) => string) };
  /** See `@Keep`. */
  readonly keep?: Duration;
  /** See `@Transactional`. Default false. */
  readonly transactional?: boolean;
  /** What the container resolves for each attempt, and hands to `handle` as its third argument. */
  readonly inject?: Identifiers;
  /** Does the work: see `Handler`. */
  handle(payload: Payload, job: JobContext, services: Services<Identifiers>): Promise<Result> | Result;
}

/**
 * Makes a handler without decorators. The value is a class like any other handler's: pass it to `createContainer`, to
 * `enqueue`, and to a pipeline's `step`.
 * @example
 * ```ts
 * export const scrapePage = defineHandler({
 *   name: 'scrape-page',
 *   payload: PageRef,
 *   retry: { attempts: 3 },
 *   lock: 'page:{url}',
 *   inject: [HttpFetcher],
 *   async handle({ url }, job, [fetcher]) {
 *     return parse(await fetcher.get(url, { signal: job.signal }));
 *   },
 * });
 * await jobs.enqueue(scrapePage, { url });
 * ```
 */
export function defineHandler<
  Payload extends object,
  Result,
  const LockTemplate extends string = never,
  const UniqueTemplate extends string = never,
  const Identifiers extends readonly ServiceIdentifier[] = [],
  const Version extends number = number,
>(
  options: HandlerOptions<Payload, Result, LockTemplate, UniqueTemplate, Identifiers, Version> &
    CheckedKeys<Payload, LockTemplate, UniqueTemplate>,
): HandlerClass<Handler<Payload, Result>> {
  const { name, payload, queue, version, upcast, inject = [] } = options;
  class DefinedHandler implements Handler<Payload, Result> {
    private readonly services: Services<Identifiers>;

    constructor(...services: unknown[]) {
      this.services = services as unknown as Services<Identifiers>;
    }

    handle(given: Payload, job: JobContext): Promise<Result> | Result {
      return options.handle(given, job, this.services);
    }
  }
  Object.defineProperty(DefinedHandler, 'name', { value: `defineHandler('${name}')` }); // what errors call it
  const recordIf = <S extends SettingName>(setting: S, value: HandlerSettings[S] | undefined): void => {
    if (value !== undefined) record(DefinedHandler, setting, value);
  };
  record(DefinedHandler, 'JobHandler', { name, payload, queue, version, upcast } as JobHandlerOptions);
  recordIf('Retry', options.retry);
  recordIf('Lock', options.lock);
  recordIf('Timeout', options.timeout);
  recordIf('Priority', options.priority);
  recordIf('Unique', options.unique);
  recordIf('Keep', options.keep);
  recordIf('Transactional', options.transactional || undefined);
  injectInto(DefinedHandler, inject);
  return DefinedHandler;
}
