/** What defineHandler accepts and refuses. Text after `@ts-expect-error` is part of the compiler's message. */
import { IsInt, IsOptional, IsUrl } from 'class-validator';
import type { PayloadOf, ResultOf, StoredResultOf } from '../../src/core/handler-class.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';

class PageRef {
  @IsUrl() url!: string;
  @IsOptional() @IsInt() depth?: number;
}

class Fetcher {
  get(url: string): string {
    return url;
  }
}

// Accepted: payload, result and services are inferred.
export const scrapePage = defineHandler({
  name: 'scrape-page',
  payload: PageRef,
  queue: 'web',
  retry: { attempts: 3, backoff: 'exponential', delay: '5s' },
  lock: 'page:{url}:{depth}',
  unique: { key: ({ url }) => url, for: '1h', onConflict: 'reject' },
  timeout: '5m',
  priority: 1,
  keep: '30d',
  transactional: true,
  inject: [Fetcher, 'settings'],
  async handle({ url }, job, [fetcher, settings]) {
    const text: string = fetcher.get(url);
    job.log.info('fetched', { settings });
    return { length: text.length, at: job.createdAt };
  },
});

type ScrapePage = InstanceType<typeof scrapePage>;
export const payload: PayloadOf<ScrapePage> = new PageRef();
export const result: ResultOf<ScrapePage> = { length: 1, at: new Date() };
export const stored: StoredResultOf<ScrapePage> = { length: 1, at: '2026-01-01T00:00:00.000Z' };
// @ts-expect-error Type 'Date' is not assignable to type 'string'
export const unstored: StoredResultOf<ScrapePage> = { length: 1, at: new Date() };

export const nightly = defineHandler({ name: 'nightly', payload: NoPayload, lock: 'nightly', handle: () => undefined });

export const refused = [
  // @ts-expect-error lock reads {uri}, but the payload has no such text, number or boolean
  defineHandler({ name: 'a', payload: PageRef, lock: 'page:{uri}', handle: ({ url }) => url }),
  // @ts-expect-error unique reads {uri}, but the payload has no such text, number or boolean
  defineHandler({ name: 'a', payload: PageRef, unique: { key: '{uri}' }, handle: ({ url }) => url }),
  // @ts-expect-error Property 'uri' does not exist on type 'PageRef'
  defineHandler({ name: 'a', payload: PageRef, lock: ({ uri }) => uri, handle: ({ url }) => url }),
  // @ts-expect-error Property 'uri' does not exist on type 'PageRef'
  defineHandler({ name: 'a', payload: PageRef, handle: ({ uri }) => uri }),
  // @ts-expect-error Property 'n' is missing in type 'PageRef'
  defineHandler({ name: 'a', payload: PageRef, handle: ({ n }: { n: number }) => n }),
  // @ts-expect-error '"5 minutes"' is not assignable
  defineHandler({ name: 'a', payload: PageRef, timeout: '5 minutes', handle: ({ url }) => url }),
  // @ts-expect-error '12' is not assignable
  defineHandler({ name: 'a', payload: PageRef, priority: 12, handle: ({ url }) => url }),
  // @ts-expect-error Property 'put' does not exist on type 'Fetcher'
  defineHandler({ name: 'a', payload: PageRef, inject: [Fetcher], handle: (page, job, [f]) => f.put(page, job) }),
  // @ts-expect-error Property 'payload' is missing
  defineHandler({ name: 'a', handle: () => 1 }),
];
