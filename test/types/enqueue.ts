/** What enqueue accepts and refuses. Text after `@ts-expect-error` is part of the compiler's message. */
import { IsArray, IsDate, IsOptional, IsUrl } from 'class-validator';
import type { Jobs } from '../../src/client/jobs.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { type NoPayload } from '../../src/registry/no-payload.js';

declare const jobs: Jobs;

class PageRef {
  @IsUrl() url!: string;
  @IsOptional() @IsDate() since?: Date;
  @IsOptional() @IsArray() tags?: string[];

  host(): string {
    return new URL(this.url).host;
  }
}

class Page {
  title!: string;
  fetchedAt!: Date;
  images!: readonly { width: number }[];
  render(): string {
    return this.title;
  }
}

declare class ScrapePage implements Handler<PageRef, Page> {
  handle(page: PageRef): Promise<Page>;
}

declare class Nightly implements Handler<NoPayload> {
  handle(payload: NoPayload): void;
}

declare class Parameterless implements Handler<NoPayload> {
  handle(): void;
}

const resize = defineHandler({ name: 'resize', payload: PageRef, handle: ({ url }) => ({ url, size: 1 }) });

/** Accepted: plain fields, without the methods of the payload's class; the result in its JSON form. */
export async function accepted(): Promise<void> {
  const handle = await jobs.enqueue(ScrapePage, { url: 'https://a.example', since: new Date() });
  const page = await handle.result();
  const text: string = page.title + page.fetchedAt;
  const width: number | undefined = page.images[0]?.width;
  void [text, width];

  await jobs.enqueue(ScrapePage, new PageRef(), { priority: 1, delay: '10m', tags: ['nightly'], onConflict: 'reject' });
  await jobs.enqueueMany(ScrapePage, [{ url: 'https://a.example' }, { url: 'https://b.example' }]);
  await jobs.enqueue<ScrapePage>('scrape-page', { url: 'https://a.example' });
  await jobs.enqueue('named-elsewhere', { any: 'object' });
  await jobs.enqueue(Nightly, {});
  await jobs.enqueue(Parameterless, {});
  const resized = await (await jobs.enqueue(resize, { url: 'https://a.example' })).result();
  const size: number = resized.size;
  void size;
}

export async function refused(): Promise<void> {
  // @ts-expect-error 'uri' does not exist in type
  await jobs.enqueue(ScrapePage, { uri: 1 });
  // @ts-expect-error Property 'url' is missing
  await jobs.enqueue(ScrapePage, {});
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  await jobs.enqueue(ScrapePage, { url: 1 });
  // @ts-expect-error 'depth' does not exist in type
  await jobs.enqueue(ScrapePage, { url: 'https://a.example', depth: 1 });
  // @ts-expect-error Type 'string' is not assignable to type 'Date'
  await jobs.enqueue(ScrapePage, { url: 'https://a.example', since: '2026-01-01' });
  // @ts-expect-error Property 'url' is missing
  await jobs.enqueueMany(ScrapePage, [{}]);
  // @ts-expect-error 'uri' does not exist in type
  await jobs.enqueue<ScrapePage>('scrape-page', { uri: 1 });
  // @ts-expect-error not assignable to parameter of type 'object'
  await jobs.enqueue('named-elsewhere', 'a text');
  // @ts-expect-error 'uri' does not exist in type
  await jobs.enqueue(resize, { uri: 1 });
  // @ts-expect-error Type 'number' is not assignable to type 'never'
  await jobs.enqueue(Nightly, { a: 1 });
  // @ts-expect-error Type 'number' is not assignable to type 'never'
  await jobs.enqueue(Parameterless, { a: 1 });
  // @ts-expect-error '12' is not assignable
  await jobs.enqueue(ScrapePage, { url: 'https://a.example' }, { priority: 12 });
  // @ts-expect-error '"ten minutes"' is not assignable
  await jobs.enqueue(ScrapePage, { url: 'https://a.example' }, { delay: 'ten minutes' });
  // @ts-expect-error not assignable
  await jobs.enqueue(PageRef, { url: 'https://a.example' });

  const page = await (await jobs.enqueue(ScrapePage, { url: 'https://a.example' })).result();
  // @ts-expect-error Property 'getTime' does not exist on type 'string'
  page.fetchedAt.getTime();
  // @ts-expect-error Property 'render' does not exist
  page.render();
}
