/** What decorators accept and refuse. Text after `@ts-expect-error` is part of the compiler's message. */
import { inject } from 'inversify';
import { IsArray, IsInt, IsOptional, IsUrl } from 'class-validator';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Keep } from '../../src/decorators/keep.js';
import { Lock } from '../../src/decorators/lock.js';
import { Priority } from '../../src/decorators/priority.js';
import { Retry } from '../../src/decorators/retry.js';
import { Timeout } from '../../src/decorators/timeout.js';
import { Transactional } from '../../src/decorators/transactional.js';
import { Unique } from '../../src/decorators/unique.js';
import type { Handler } from '../../src/registry/handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { NoPayload } from '../../src/registry/no-payload.js';

class Owner {
  id!: number;
  since!: Date;
}

class PageRef {
  @IsUrl() url!: string;
  @IsOptional() @IsInt() depth?: number;
  @IsArray() tags!: string[];
  @IsOptional() owner?: Owner;
}

class ImageRef {
  @IsInt() width!: number;
}

class Fetcher {
  get(url: string): string {
    return url;
  }
}

// Accepted: every decorator at once, services injected by name.
@JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web', version: 2 })
@Retry({
  attempts: 3,
  backoff: (failed) => `${failed}s`,
  maxDelay: '1.5h',
  jitter: 0.2,
  unless: [RangeError, AggregateError],
})
@Lock('page:{url}:{depth}:{owner.id}')
@Unique('{url}', { for: '1h', onConflict: 'replace' })
@Timeout('250ms')
@Priority(0)
@Keep('2w')
@Transactional()
export class ScrapePage implements Handler<PageRef, number> {
  constructor(@inject(Fetcher) private readonly fetcher: Fetcher) {}

  async handle({ url }: PageRef, job: JobContext): Promise<number> {
    await job.progress(0.5);
    if (job.attempt > 1) throw job.snooze('5m', 'later');
    return this.fetcher.get(url).length;
  }
}

// Accepted: keys made by a function, a template that is built at run time, a predicate.
const prefix: string = 'page';

@JobHandler({ name: 'keys', payload: PageRef })
@Lock(({ url }: PageRef) => new URL(url).host)
@Unique(`${prefix}:all`, { while: 'queued' })
@Retry({ unless: (error) => error instanceof Error })
export class Keys implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// Accepted: a job without a payload, and a `handle` that declares no parameter.
@JobHandler({ name: 'nightly', payload: NoPayload })
@Lock('nightly')
export class Nightly implements Handler<NoPayload> {
  async handle(): Promise<void> {}
}

// Accepted: settings on an abstract class, for those that extend it.
@Retry({ attempts: 5 })
@Timeout('1m')
@Lock('page:{url}')
export abstract class PageHandler implements Handler<PageRef> {
  abstract handle(page: PageRef, job: JobContext): Promise<void>;
}

@JobHandler({ name: 'extended', payload: PageRef })
export class Extended extends PageHandler {
  async handle(_: PageRef): Promise<void> {}
}

// @ts-expect-error @JobHandler: handle() must declare its first parameter as the class given as payload
@JobHandler({ name: 'undeclared', payload: PageRef })
export class Undeclared extends PageHandler {
  async handle(): Promise<void> {}
}

// @ts-expect-error @JobHandler: handle() takes another payload than the class given as payload
@JobHandler({ name: 'other-payload', payload: ImageRef })
export class OtherPayload implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error @JobHandler: handle() must declare its first parameter as the class given as payload
@JobHandler({ name: 'less-payload', payload: PageRef })
export class LessPayload {
  handle(_: { url: string }): void {}
}

// @ts-expect-error @JobHandler: handle() must declare its first parameter as the class given as payload
@JobHandler({ name: 'unknown-payload', payload: PageRef })
export class UnknownPayload {
  handle(_: unknown): void {}
}

// @ts-expect-error Property 'handle' is missing
@JobHandler({ name: 'no-handle', payload: PageRef })
export class NoHandle {
  run(): void {}
}

// @ts-expect-error Property 'name' is missing
@JobHandler({ payload: PageRef })
export class NoName implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error Property 'payload' is missing
@JobHandler({ name: 'no-payload-class' })
export class NoPayloadClass implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error @Lock reads {uri}, but the payload has no such text, number or boolean
@Lock('page:{uri}')
export class LockOnMissingField implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error @Lock reads {tags}
@Lock('{url}:{tags}')
export class LockOnArray implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error @Lock reads {owner.since}
@Lock('{owner.since}')
export class LockOnDate implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error @Lock: the key function takes another payload than handle()
@Lock(({ width }: ImageRef) => String(width))
export class LockByOtherPayload implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error Type 'number' is not assignable to type 'string'
@Lock(({ width }: ImageRef) => width)
export class LockByNumber implements Handler<ImageRef> {
  handle(_: ImageRef): void {}
}

// @ts-expect-error @Unique reads {uri}, but the payload has no such text, number or boolean
@Unique('{uri}')
export class UniqueOnMissingField implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error @Unique: the key function takes another payload than handle()
@Unique(({ width }: ImageRef) => String(width))
export class UniqueByOtherPayload implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

// @ts-expect-error '"finished"' is not assignable
@Unique('{url}', { while: 'finished' })
// @ts-expect-error '"1 hour"' is not assignable
@Unique('{url}', { for: '1 hour' })
// @ts-expect-error '"5 minutes"' is not assignable
@Timeout('5 minutes')
// @ts-expect-error '5000' is not assignable
@Timeout(5_000)
// @ts-expect-error '12' is not assignable
@Priority(12)
// @ts-expect-error '"forever"' is not assignable
@Keep('forever')
// @ts-expect-error '"linear"' is not assignable
@Retry({ backoff: 'linear' })
// @ts-expect-error 'number' is not assignable
@Retry({ delay: 5 })
// @ts-expect-error 'retries' does not exist
@Retry({ retries: 3 })
// @ts-expect-error not assignable
@Retry({ unless: ['NotFound'] })
// @ts-expect-error not assignable
@Retry({ backoff: (failed) => failed * 1000 })
export class WrongOptions implements Handler<PageRef> {
  handle(_: PageRef): void {}
}
