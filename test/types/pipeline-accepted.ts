/** Pipelines that compile, without a cast. What must not compile is in pipeline-refused.ts. */
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import type { NoSteps } from '../../src/pipelines/step-facts.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import {
  Grow,
  ImageRef,
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

/** Whether two types are the same, readonly and optional included. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <_ extends true>(): void => undefined;

const empty = pipeline('ingest-page', { input: PageRef });
const page = empty.step('page', ScrapePage);
const images = page.each('images', ProcessImage, ({ page }) => page.images);

// The example of the README, and the types that a run has by it.
export const ingestPage = images
  .step('stored', StorePage, ({ page, images }) => ({ page, images }), { undo: RemovePage })
  .build();
isTrue<
  Equal<
    typeof ingestPage,
    PipelineDefinition<PageRef, { id: string; storedAt: string }, NoSteps, 'page' | 'images' | 'stored'>
  >
>();
export const anyOfThem: PipelineDefinition[] = [ingestPage];

export const firstSteps = [
  empty.step('page', ScrapePage),
  empty.step('page', ScrapePage, { queue: 'web', priority: 1, timeout: '1.5m', attempts: 5 }),
  empty.step('page', ScrapePage, ({ input }) => ({ url: input.url })),
  empty.step('page', ScrapePage, ({ input }) => input, { queue: 'web' }),
  empty.each('pages', ScrapePage, ({ input }) => [{ url: input.url }, input], { attempts: 1 }),
  empty.step('images', ProcessImage, ({ input }) => ({ src: input.url, format: 'webp', widths: [320, 640] })),
  // The class of the input revives its own dates; to another class that wants no more than text it is text.
  pipeline('nightly', { input: Period }).step('report', Report),
  pipeline('nightly', { input: Period }).step('report', Report, ({ input }) => ({ from: new Date(input.from) })),
  empty.step('cleaned', defineHandler({ name: 'clean-up', payload: NoPayload, handle: () => undefined }), () => ({})),
];

// What was stored: a Date is text, a method is gone, nothing is null.
page.step('again', ScrapePage, (results) => {
  isTrue<Equal<typeof results.input, { url: string }>>();
  isTrue<Equal<typeof results.page.fetchedAt, string>>();
  isTrue<Equal<typeof results.page.links, string[] | undefined>>();
  return { url: results.page.url };
});
images.step('again', ScrapePage, ({ images }) => {
  isTrue<Equal<typeof images, { key: string; widths: number[] }[]>>();
  return { url: images[0]?.key ?? '' };
});
page
  .step('removed', RemoveImage, () => ({ result: { key: '' } }))
  .step('again', ScrapePage, ({ removed, page }) => {
    isTrue<Equal<typeof removed, null>>();
    return { url: removed ?? page.url };
  });

// Skipped items are undefined, substituted ones are not.
page
  .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' })
  .step('stored', StorePage, ({ page, images }) => {
    isTrue<Equal<(typeof images)[number], { key: string; widths: number[] } | undefined>>();
    return { page, images: images.filter((image) => image !== undefined) };
  });
export const skipped = page.each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' }).build();
isTrue<
  Equal<
    typeof skipped,
    PipelineDefinition<PageRef, ({ key: string; widths: number[] } | null)[], NoSteps, 'page' | 'images'>
  >
>();

export const fanOuts = [
  page
    .each('images', ProcessImage, ({ page }) => page.images, {
      onItemFailure: { substitute: { key: 'placeholder', widths: [1] } },
      queue: 'images',
      undo: RemoveImage,
    })
    .step('stored', StorePage, ({ page, images }) => ({ page, images })),
  page.each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'fail' }),
  page.each('images', ProcessImage, ({ page }) => page.images, { concurrency: 4, queue: 'images' }),
  // Literals keep their types, also inside of a call.
  page.each('images', ProcessImage, ({ page }) => [{ src: page.url, format: 'avif', widths: [1, 2] }]),
  page.each('images', ProcessImage, ({ page }) => page.images.map(({ src }) => ({ src, format: 'avif', widths: [1] }))),
  page.each('pages', ScrapePage, ({ page: { links = [] } }) => links.map((url) => ({ url }))),
  page.each('images', ProcessImage, ({ page }) => (page.title ? page.images : [])),
  page.each('images', ProcessImage, () => [Object.assign(new ImageRef(), { src: 'logo.png' })]),
];

export const payloads = [
  // A part of a result may hold more than the payload class asks for; so may a whole one.
  images.step('stored', StorePage, ({ page, images }) => ({ page, images: images.slice(0, 10) })),
  page.step('again', ScrapePage, ({ page }) => page),
  page.step('reminded', Remind, ({ page }) => ({ from: new Date(page.fetchedAt), owner: page.title })),
  page.step('image', ProcessImage, ({ page }) =>
    page.title ? { src: page.url } : { src: page.url, width: 100, format: 'webp' },
  ),
  page.step('image', ProcessImage, ({ page }) => {
    const [first] = page.images;
    return { src: first?.src ?? page.url, format: first ? 'avif' : 'webp' };
  }),
  page
    .step('tree', Grow, ({ page }) => ({ name: page.url, children: [], data: { page, n: [1, [2]] } }))
    .step('taller', Grow, ({ tree }) => ({ ...tree, children: [tree, ...tree.children] }))
    .each('branches', Grow, ({ taller }) => taller.children),
  page
    .step(
      'counted',
      defineHandler({ name: 'count', payload: PageRef, handle: ({ url }) => ({ length: url.length }) }),
      ({ page }) => ({ url: page.url }),
    )
    .step('image', ProcessImage, ({ counted, page }) => ({ src: page.url, width: counted.length })),
];
