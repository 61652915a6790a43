/** The refusals of the README, line by line: its table is held against this file. */
import type { Jobs } from '../../src/index.js';
import { type Handler, JobHandler, Lock, pipeline, Priority, Retry, Timeout, Unique } from '../../src/index.js';
import { ImageRef, PageRef, ProcessImage, RemoveImage, ScrapePage, StorePage } from './pipeline-handlers.js';

declare const jobs: Jobs;
declare const url: string;

export async function enqueue(): Promise<void> {
  // @ts-expect-error 'uri' does not exist in type
  await jobs.enqueue(ScrapePage, { uri: 1 });
  // @ts-expect-error Property 'url' is missing
  await jobs.enqueue(ScrapePage, {});
  // @ts-expect-error 'uri' does not exist in type
  await jobs.enqueue<ScrapePage>('scrape-page', { uri: 1 });
  // @ts-expect-error '12' is not assignable
  await jobs.enqueue(ScrapePage, { url }, { priority: 12 });
  // @ts-expect-error '"ten minutes"' is not assignable
  await jobs.enqueue(ScrapePage, { url }, { delay: 'ten minutes' });
  const page = await (await jobs.enqueue(ScrapePage, { url })).result();
  // @ts-expect-error Property 'getTime' does not exist on type 'string'
  page.fetchedAt.getTime();
}

// @ts-expect-error @JobHandler: handle() takes another payload than the class given as payload
@JobHandler({ name: 'scrape-page', payload: ImageRef })
// @ts-expect-error @Lock reads {uri}, but the payload has no such text, number or boolean
@Lock('page:{uri}')
// @ts-expect-error @Unique reads {uri}, but the payload has no such text, number or boolean
@Unique('page:{uri}')
// @ts-expect-error '"5 minutes"' is not assignable
@Timeout('5 minutes')
// @ts-expect-error '12' is not assignable
@Priority(12)
// @ts-expect-error '"linear"' is not assignable
@Retry({ backoff: 'linear' })
export class Refused implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

const start = pipeline('ingest-page', { input: PageRef });
const page = start.step('page', ScrapePage);
const images = page.each('images', ProcessImage, ({ page }) => page.images);
const some = page.each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' });
const maybe = page.step('cover', ProcessImage, ({ page }) => ({ src: page.url }), {
  when: ({ page }) => page.title !== '',
});

export const pipelines = [
  // @ts-expect-error The input of the pipeline does not fill this step's payload
  start.step('image', ProcessImage),
  // @ts-expect-error The pipeline has a step
  page.step('page', ScrapePage, ({ input }) => input),
  // @ts-expect-error Property 'images' does not exist on type
  page.step('stored', StorePage, ({ page, images }) => ({ page, images })),
  // @ts-expect-error Property 'images' is missing
  images.step('stored', StorePage, ({ page }) => ({ page })),
  // @ts-expect-error Type 'string' is not assignable to type '{ src: string;
  page.each('images', ProcessImage, ({ page }) => page.images.map(({ src }) => src)),
  // @ts-expect-error Type 'undefined' is not assignable
  some.step('stored', StorePage, ({ page, images }) => ({ page, images })),
  // @ts-expect-error Property 'images' does not exist on type
  images.step('stored', StorePage, ({ page, images }) => ({ page, images }), { after: ['page'] }),
  // @ts-expect-error Type '"imges"' is not assignable to type
  images.step('again', ScrapePage, ({ input }) => input, { after: ['imges'] }),
  // @ts-expect-error 'cover' is possibly 'undefined'
  maybe.step('again', ScrapePage, ({ cover }) => ({ url: cover.key })),
  // @ts-expect-error does not fill the payload { payload, result } of its undo handler
  page.step('again', ScrapePage, ({ input }) => input, { undo: RemoveImage }),
  // @ts-expect-error Property 'build' does not exist on type 'EmptyPipeline<PageRef>'
  start.build(),
];
