/** Fan-outs whose results are a stream: what the steps after them see, and what `job.results` gives. */
import { IsInt, ValidateNested } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import type { StreamedResults } from '../../src/pipelines/streamed-results.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import type { StepItem } from '../../src/registry/step-item.js';
import { NotAHandler, PageRef, ProcessImage, ScrapePage, StorePage } from './pipeline-handlers.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <_ extends true>(): void => undefined;

type Stored = { key: string; widths: number[] };

class Counted {
  @IsInt() count!: number;
}

class Many {
  @ValidateNested() images!: Counted;
}

const Count = defineHandler({ name: 'count', payload: Counted, handle: ({ count }) => ({ count }) });
const CountMany = defineHandler({ name: 'count-many', payload: Many, handle: () => undefined });

const page = pipeline('ingest-page', { input: PageRef }).step('page', ScrapePage);
const stream = { results: 'stream' } as const;
const images = page.each('images', ProcessImage, ({ page }) => page.images, stream);
const skipping = page.each('images', ProcessImage, ({ page }) => page.images, { ...stream, onItemFailure: 'skip' });
const asArray = page.each('images', ProcessImage, ({ page }) => page.images, { results: 'array' });
const maybe = page.each('images', ProcessImage, ({ page }) => page.images, { ...stream, when: () => true });
declare const job: JobContext;

// Callbacks see how many there are, whatever becomes of items that fail.
images.step('counted', Count, ({ images }) => {
  isTrue<Equal<typeof images, StreamedResults<Stored>>>();
  isTrue<Equal<typeof images.count, number>>();
  return { count: images.count };
});
skipping.step('counted', Count, ({ images }) => {
  isTrue<Equal<typeof images, StreamedResults<Stored | undefined>>>();
  return { count: images.count };
});
maybe.step('counted', Count, ({ images }) => {
  isTrue<Equal<typeof images, StreamedResults<Stored> | undefined>>();
  return { count: images?.count ?? 0 };
});
export const handedOn = [
  images.step('counted', Count, ({ images }) => images),
  images.step('counted', CountMany, ({ images }) => ({ images })),
  asArray.step('stored', StorePage, ({ page, images }) => ({ page, images })),
];

// A run returns the array.
type OutputOf<Definition> = Definition extends PipelineDefinition<infer _, infer Output, infer _Asks> ? Output : never;
export const first = images.build();
export const second = skipping.build();
export const third = maybe.build();
export const fourth = images.step('copy', Count, () => ({ count: 1 }), { after: ['page'] }).build();
isTrue<Equal<OutputOf<typeof first>, Stored[]>>();
isTrue<Equal<OutputOf<typeof second>, (Stored | null)[]>>();
isTrue<Equal<OutputOf<typeof third>, Stored[] | null>>();
isTrue<Equal<OutputOf<typeof fourth>, { images: Stored[]; copy: { count: number } }>>();
// A result that looks like it is not taken for it.
export const fifth = page.step('copy', Count, () => ({ count: 1 })).build();
isTrue<Equal<OutputOf<typeof fifth>, { count: number }>>();

// The handler whose jobs the items were says what there is.
export async function read(): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const read of job.results(ProcessImage, 'images')) {
    isTrue<Equal<typeof read, StepItem<Stored>>>();
    isTrue<Equal<typeof read.result, Stored | undefined>>();
    found.push(read);
  }
  for await (const { item, result } of job.results(ScrapePage, 'pages')) {
    isTrue<Equal<NonNullable<typeof result>['fetchedAt'], string>>();
    found.push(item, result);
  }
  return found;
}

export const refused = [
  // @ts-expect-error Type 'StreamedResults<{ key: string; widths: number[]; }>' is missing the following properties
  images.step('stored', StorePage, ({ page, images }) => ({ page, images })),
  // @ts-expect-error Property 'map' does not exist on type 'StreamedResults<
  images.step('counted', Count, ({ images }) => ({ count: images.map(({ key }) => key).length })),
  // @ts-expect-error Property 'length' does not exist on type 'StreamedResults<
  images.step('counted', Count, ({ images }) => ({ count: images.length })),
  // @ts-expect-error 'images' is possibly 'undefined'
  maybe.step('counted', Count, ({ images }) => ({ count: images.count })),
  // @ts-expect-error Type '"lazy"' is not assignable to type
  page.each('images', ProcessImage, ({ page }) => page.images, { results: 'lazy' }),
  // @ts-expect-error 'results' does not exist in type
  page.step('again', ScrapePage, ({ page }) => ({ url: page.url }), { results: 'stream' }),
  // @ts-expect-error Property 'count' does not exist on type '{ key: string; widths: number[]; }[]'
  asArray.step('counted', Count, ({ images }) => ({ count: images.count })),
  // @ts-expect-error Argument of type 'typeof NotAHandler' is not assignable
  job.results(NotAHandler, 'images'),
  // @ts-expect-error Expected 2 arguments, but got 1
  job.results(ProcessImage),
];

export async function misread(): Promise<void> {
  // @ts-expect-error Property 'key' does not exist on type 'StepItem<
  for await (const { key } of job.results(ProcessImage, 'images')) console.log(key);
  // @ts-expect-error 'result' is possibly 'undefined'
  for await (const { result } of job.results(ProcessImage, 'images')) console.log(result.key);
  // @ts-expect-error Property 'getTime' does not exist on type 'string'
  for await (const { result } of job.results(ScrapePage, 'pages')) console.log(result?.fetchedAt.getTime());
}
