/** Pipelines that must not compile. Text after `@ts-expect-error` is part of the compiler's message. */
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import {
  Deadline,
  NotAHandler,
  PageRef,
  Period,
  ProcessImage,
  Remind,
  RemoveImage,
  RemovePage,
  Report,
  ScrapePage,
  StorePage,
} from './pipeline-handlers.js';

const empty = pipeline('ingest-page', { input: PageRef });
const page = empty.step('page', ScrapePage);
const images = page.each('images', ProcessImage, ({ page }) => page.images);
declare const anyName: string;
declare const oneOfTwo: 'a' | 'b';

export const pipelines = [
  // @ts-expect-error Property 'build' does not exist on type 'EmptyPipeline<PageRef>'
  empty.build(),
  // @ts-expect-error Property 'input' is missing
  pipeline('ingest-page', {}),
  // @ts-expect-error 'url' does not exist in type 'PayloadClass<object>'
  pipeline('ingest-page', { input: { url: '' } }),
];

export const firstSteps = [
  // @ts-expect-error The input of the pipeline does not fill this step's payload: \"src\" is missing
  empty.step('image', ProcessImage),
  // @ts-expect-error The input of the pipeline does not fill this step's payload: \"src\" is missing
  empty.step('image', ProcessImage, { queue: 'images' }),
  // @ts-expect-error \"from\" is a Date there, and a string once stored
  pipeline('remind', { input: Deadline }).step('report', Report),
  // @ts-expect-error \"owner\" is missing
  pipeline('remind', { input: Period }).step('reminded', Remind),
  // @ts-expect-error Property 'url' is missing in type '{ readonly uri: string; }'
  empty.step('page', ScrapePage, ({ input }) => ({ uri: input.url })),
  // @ts-expect-error Property 'uri' does not exist on type
  empty.step('page', ScrapePage, ({ input }) => ({ url: input.uri })),
  // @ts-expect-error Argument of type 'typeof NotAHandler' is not assignable
  empty.step('page', NotAHandler),
];

export const names = [
  // @ts-expect-error The pipeline has a step \"page\" already: name this one otherwise
  page.step('page', ScrapePage, ({ page }) => ({ url: page.url })),
  // @ts-expect-error The pipeline has a step \"images\" already: name this one otherwise
  images.each('images', ProcessImage, ({ page }) => page.images),
  // @ts-expect-error \"input\" is the input of the pipeline itself: name the step otherwise
  empty.step('input', ScrapePage),
  // @ts-expect-error The name of a step is lower case: \"page\"
  empty.step('Page', ScrapePage),
  // @ts-expect-error Write the name of the step out
  empty.step(anyName, ScrapePage),
  // @ts-expect-error A step has one name, not a choice of several
  empty.step(oneOfTwo, ScrapePage),
];

export const callbacks = [
  // @ts-expect-error Expected 3-4 arguments, but got 2
  page.step('again', ScrapePage),
  // @ts-expect-error 'queue' does not exist in type '(results:
  page.step('again', ScrapePage, { queue: 'web' }),
  // @ts-expect-error Property 'images' does not exist on type
  page.step('stored', StorePage, ({ page, images }) => ({ page, images })),
  // @ts-expect-error Property 'images' is missing in type
  images.step('stored', StorePage, ({ page }) => ({ page })),
  // @ts-expect-error Type 'string' is not assignable to type '{ url: string; title: string; }'
  images.step('stored', StorePage, ({ page, images }) => ({ page: page.url, images })),
  // @ts-expect-error The payload of this step has no field \"widht\"
  page.step('image', ProcessImage, ({ page }) => ({ src: page.url, widht: 100 })),
  // @ts-expect-error Type '"jpeg"' is not assignable to type '"webp" | "avif" | undefined'
  page.step('image', ProcessImage, ({ page }) => ({ src: page.url, format: 'jpeg' })),
  // @ts-expect-error Property 'src' is missing in type 'Promise<{ src: string; }>'
  page.step('image', ProcessImage, async ({ page }) => Promise.resolve({ src: page.url })),
  // @ts-expect-error Type 'string' is not assignable to type 'Date'
  page.step('reminded', Remind, ({ page }) => ({ from: page.fetchedAt, owner: page.title })),
  // @ts-expect-error Type 'string | undefined' is not assignable to type 'string'
  page.step('again', ScrapePage, ({ page }) => ({ url: page.images[0]?.src })),
  // @ts-expect-error Property 'largest' does not exist on type
  images.step('image', ProcessImage, ({ images }) => ({ src: '', width: images[0]?.largest() })),
];

const reported = pipeline('nightly', { input: Period }).step('report', Report);
export const withoutJson = [
  // @ts-expect-error a bigint has no JSON form; return it as a string
  reported.step('image', ProcessImage, ({ report }) => ({ src: '', width: report.total })),
  // @ts-expect-error Property 'get' does not exist on type 'NoJsonForm<"it is stored as {}
  reported.step('image', ProcessImage, ({ report }) => ({ src: '', width: report.byDay.get('monday') })),
];

export const items = [
  // @ts-expect-error Type 'string' is not assignable to type 'readonly { src: string;
  page.each('images', ProcessImage, ({ page }) => page.title),
  // @ts-expect-error Type 'string[] | undefined' is not assignable to type
  page.each('pages', ScrapePage, ({ page }) => page.links),
  // @ts-expect-error Type 'string' is not assignable to type '{ src: string;
  page.each('images', ProcessImage, ({ page }) => page.images.map(({ src }) => src)),
  // @ts-expect-error Property 'url' is missing in type '{ src: string; alt: string | null; }'
  page.each('pages', ScrapePage, ({ page }) => page.images),
  // @ts-expect-error Type 'null' is not assignable to type 'string'
  page.each('images', ProcessImage, ({ page }) => page.images.map(({ alt }) => ({ src: alt }))),
  // @ts-expect-error Type 'string' is not assignable to type 'Date'
  page.each('reminded', Remind, ({ page }) => [{ from: page.fetchedAt, owner: page.title }]),
  // @ts-expect-error Expected 3-4 arguments, but got 2
  page.each('images', ProcessImage),
];

const skipping = page.each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' });
export const failures = [
  // @ts-expect-error Type 'undefined' is not assignable to type '{ key: string; widths: readonly number[]; }'
  skipping.step('stored', StorePage, ({ page, images }) => ({ page, images })),
  // @ts-expect-error Type '"ignore"' is not assignable to type
  page.each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'ignore' }),
  // @ts-expect-error Type 'string' is not assignable to type 'null'
  page.each('removed', RemoveImage, () => [], { onItemFailure: { substitute: 'none' } }),
  // @ts-expect-error Property 'widths' is missing in type
  page.each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: { substitute: { key: '' } } }),
  // @ts-expect-error 'onItemFailure' does not exist in type
  page.step('again', ScrapePage, ({ page }) => ({ url: page.url }), { onItemFailure: 'skip' }),
];

export const undoing = [
  // @ts-expect-error does not fill the payload { payload, result } of its undo handler: \"result\" is of another type
  page.step('again', ScrapePage, ({ page }) => page, { undo: RemoveImage }),
  // @ts-expect-error does not fill the payload { payload, result } of its undo handler: \"url\" is missing
  images.step('stored', StorePage, ({ page, images }) => ({ page, images }), { undo: ScrapePage }),
  // @ts-expect-error of its undo handler: \"payload\" is of another type
  page.each('images', ProcessImage, ({ page }) => page.images, { undo: RemovePage }),
  // @ts-expect-error is not assignable to type
  page.step('again', ScrapePage, ({ page }) => page, { undo: NotAHandler }),
];

export const options = [
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  empty.step('page', ScrapePage, { queue: 1 }),
  // @ts-expect-error Type '10' is not assignable to type 'Priority | undefined'
  page.step('again', ScrapePage, ({ page }) => page, { priority: 10 }),
  // @ts-expect-error Type '"5 minutes"' is not assignable to type
  page.step('again', ScrapePage, ({ page }) => page, { timeout: '5 minutes' }),
  // @ts-expect-error Type 'number' is not assignable to type
  page.each('images', ProcessImage, ({ page }) => page.images, { timeout: 5000 }),
  // @ts-expect-error Type 'string' is not assignable to type 'number'
  page.each('images', ProcessImage, ({ page }) => page.images, { attempts: '3' }),
  // @ts-expect-error 'quue' does not exist in type
  page.step('again', ScrapePage, ({ page }) => page, { quue: 'web' }),
];

// @ts-expect-error Type 'PipelineDefinition<PageRef, { key: string; widths: number[]; }[], {}, "page" | "images">' is not assignable to type
export const otherOutput: PipelineDefinition<PageRef, string[]> = images.build();
// @ts-expect-error Property 'url' is missing in type 'Period'
export const otherInput: PipelineDefinition<PageRef> = reported.build();
// @ts-expect-error is missing the following properties from type 'PipelineDefinition
export const notBuilt: PipelineDefinition = images;
