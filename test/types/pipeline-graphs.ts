/** Pipelines that are no lines: what compiles without a cast, and what must not. */
import type { NoSteps } from '../../src/pipelines/step-facts.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { Grow, PageRef, ProcessImage, RemoveImage, RemovePage, ScrapePage, StorePage } from './pipeline-handlers.js';

/** Whether two types are the same, readonly and optional included. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <_ extends true>(): void => undefined;

const empty = pipeline('ingest-page', { input: PageRef });
const page = empty.step('page', ScrapePage);
const images = page.each('images', ProcessImage, ({ page }) => page.images);
declare const anyName: string;
declare const someNames: ('page' | 'images')[];
declare const oneOfTwo: 'page' | 'images';
interface Image {
  key: string;
  widths: number[];
}

/** A diamond: two steps after the first, and one after both. */
const diamond = page
  .step('cover', ProcessImage, ({ page }) => ({ src: page.url }), { after: ['page'] })
  .step('copy', ScrapePage, ({ page }) => ({ url: page.url }), { after: ['page'] })
  .step('stored', StorePage, ({ page, cover, copy }) => ({ page: { ...page, url: copy.url }, images: [cover] }), {
    after: ['cover', 'copy'],
    undo: RemovePage,
  });
export const joined: PipelineDefinition<PageRef, { id: string; storedAt: string }> = diamond.build();

export const edges = [
  empty.step('page', ScrapePage, { after: [] }),
  page.step('again', ScrapePage, ({ input }) => input, { after: [] }),
  page.each('pages', ScrapePage, ({ input }) => [input], { after: [] }),
  images.step('again', ScrapePage, ({ page }) => page, { after: ['page'], queue: 'web' }),
  images.step('again', ScrapePage, ({ page }) => page, { after: ['images'] }),
  images.step('again', ScrapePage, ({ page }) => page, { after: ['images', 'page'] }),
  diamond.step('told', ScrapePage, ({ input, page, cover, copy, stored }) => ({
    url: `${input.url} ${page.title} ${cover.key} ${copy.url} ${stored.id}`,
  })),
];

/** Several roots; what is after none sees the input, what is after one sees that alone. */
const roots = page
  .step('other', ScrapePage, ({ input }) => input, { after: [] })
  .step(
    'cover',
    ProcessImage,
    (results) => {
      isTrue<Equal<keyof typeof results, 'input' | 'page'>>();
      return { src: results.page.url };
    },
    { after: ['page'] },
  )
  .step(
    'stored',
    StorePage,
    (results) => {
      isTrue<Equal<keyof typeof results, 'input' | 'page' | 'other' | 'cover'>>();
      return { page: results.other, images: [results.cover] };
    },
    { after: ['cover', 'other'] },
  );

/** Of several ends, the output is an object of their results. */
export const ends = roots.step('told', ScrapePage, ({ page }) => page, { after: ['page'] }).build();
type Ends = typeof ends extends PipelineDefinition<PageRef, infer Output> ? Output : never;
isTrue<Equal<Ends['stored'], { id: string; storedAt: string }>>();
isTrue<Equal<Ends['told']['fetchedAt'], string>>();

/** A step with `when` may be skipped. */
const conditional = page.step('cover', ProcessImage, ({ page }) => ({ src: page.url }), {
  when: ({ input, page }) => page.title !== '' && input.url !== '',
});
conditional.step('stored', StorePage, ({ page, cover }) => {
  isTrue<Equal<typeof cover, Image | undefined>>();
  return { page, images: cover ? [cover] : [] };
});
export const conditionalEnd: PipelineDefinition<PageRef, Image | null, NoSteps, 'page' | 'cover'> = conditional.build();
isTrue<Equal<typeof conditionalEnd, ReturnType<typeof conditional.build>>>();

export const conditions = [
  empty.step('page', ScrapePage, { when: ({ input }) => input.url.startsWith('https:') }),
  empty.step('page', ScrapePage, ({ input }) => input, { when: ({ input }) => input.url !== '' }),
  page
    .each('images', ProcessImage, ({ page }) => page.images, { when: ({ page }) => page.images.length > 0 })
    .step('stored', StorePage, ({ page, images = [] }) => ({ page, images })),
  page.step('again', ScrapePage, ({ page }) => page, { when: () => false, after: ['page'], attempts: 1 }),
  page.step('again', ScrapePage, ({ page }) => page, { when: ({ page: { links = [] } }) => links.length > 0 }),
];

/** What is skipped with a skipped step needs no check; whoever comes after it does. */
const branch = conditional
  .each('sizes', ProcessImage, ({ cover }) => cover.widths.map((width) => ({ src: cover.key, width })), {
    afterSkipped: 'skip',
  })
  .step(
    'tree',
    Grow,
    ({ cover, sizes }) => {
      isTrue<Equal<typeof sizes, Image[]>>();
      return { name: cover.key, children: [], data: sizes.length };
    },
    { afterSkipped: 'skip' },
  );
branch.step('again', ScrapePage, (results) => {
  isTrue<Equal<typeof results.cover, Image | undefined>>();
  isTrue<Equal<typeof results.sizes, Image[] | undefined>>();
  return { url: results.tree?.name ?? results.page.url };
});
// One that runs says nothing of those before it.
branch
  .step('again', ScrapePage, ({ tree, page }) => ({ url: tree?.name ?? page.url }))
  .step(
    'last',
    ScrapePage,
    (results) => {
      isTrue<Equal<typeof results.cover, Image | undefined>>();
      return results.again;
    },
    { afterSkipped: 'skip' },
  );

export const skipping = [
  // Where nothing can be skipped, nothing is optional.
  page
    .step('again', ScrapePage, ({ page }) => page, { afterSkipped: 'skip' })
    .step('last', ScrapePage, ({ again }) => again),
  page.step('again', ScrapePage, ({ page }) => page, { afterSkipped: 'run' }),
];

/** What the failure of a step means. */
const optionalCover = page.step('cover', ProcessImage, ({ page }) => ({ src: page.url }), { onFailure: 'skip' });
optionalCover.step('stored', StorePage, ({ page, cover }) => {
  isTrue<Equal<typeof cover, Image | undefined>>();
  return { page, images: cover ? [cover] : [] };
});
export const failures = [
  page
    .step('cover', ProcessImage, ({ page }) => ({ src: page.url }), {
      onFailure: { substitute: { key: '', widths: [] } },
    })
    .step('stored', StorePage, ({ page, cover }) => ({ page, images: [cover] })),
  page
    .step('cover', ProcessImage, ({ page }) => ({ src: page.url }), { onFailure: 'fail' })
    .step('stored', StorePage, ({ page, cover }) => ({ page, images: [cover] })),
  empty
    .step('page', ScrapePage, { onFailure: 'skip', queue: 'web' })
    .step('again', ScrapePage, ({ page, input }) => page ?? input),
  optionalCover.step('tree', Grow, ({ cover }) => ({ name: cover.key, children: [], data: null }), {
    afterSkipped: 'skip',
  }),
  page.step('image', ProcessImage, ({ page }) => ({ src: page.url }), {
    after: ['page'],
    afterSkipped: 'skip',
    when: ({ page }) => page.title !== '',
    onFailure: 'skip',
    undo: RemoveImage,
    priority: 1,
    timeout: '1m',
  }),
];

export const refusedEdges = [
  // @ts-expect-error Type '"imges"' is not assignable to type '"page" | "images"'
  images.step('again', ScrapePage, ({ input }) => input, { after: ['imges'] }),
  // @ts-expect-error Type '"stored"' is not assignable to type '"page" | "images"'
  images.step('stored', StorePage, () => ({ page: { url: '', title: '' }, images: [] }), { after: ['stored'] }),
  // @ts-expect-error Type 'string' is not assignable to type 'readonly ("page" | "images")[]'
  images.step('again', ScrapePage, ({ input }) => input, { after: 'page' }),
  // @ts-expect-error Type 'string' is not assignable to type 'undefined'
  empty.step('page', ScrapePage, { after: ['page'] }),
  // @ts-expect-error Type 'string' is not assignable to type '"page" | "images"'
  images.step('again', ScrapePage, ({ input }) => input, { after: [anyName] }),
  // @ts-expect-error Write the names out in place
  images.step('again', ScrapePage, ({ input }) => input, { after: someNames }),
  // @ts-expect-error A name of after is one name, not a choice of several
  images.step('again', ScrapePage, ({ input }) => input, { after: [oneOfTwo] }),
];

export const refusedResults = [
  // @ts-expect-error Property 'images' does not exist on type
  images.step('stored', StorePage, ({ page, images }) => ({ page, images }), { after: ['page'] }),
  // @ts-expect-error Property 'page' does not exist on type
  page.step('again', ScrapePage, ({ page }) => page, { after: [] }),
  // @ts-expect-error Property 'page' does not exist on type
  page.each('images', ProcessImage, ({ page }) => page.images, { after: [] }),
  // @ts-expect-error Property 'copy' does not exist on type
  diamond.step('again', ScrapePage, ({ copy }) => copy, { after: ['cover'] }),
  // @ts-expect-error Property 'images' does not exist on type
  images.step('again', ScrapePage, ({ page }) => page, { after: ['page'], when: ({ images }) => images.length > 0 }),
];

export const refusedConditions = [
  // @ts-expect-error 'cover' is possibly 'undefined'
  conditional.step('again', ScrapePage, ({ cover }) => ({ url: cover.key })),
  // @ts-expect-error Type 'undefined' is not assignable to type '{ key: string; widths: readonly number[]; }'
  conditional.step('stored', StorePage, ({ page, cover }) => ({ page, images: [cover] })),
  // @ts-expect-error Type 'string' is not assignable to type 'boolean'
  page.step('again', ScrapePage, ({ page }) => page, { when: ({ page }) => page.title }),
  // @ts-expect-error Type 'Promise<boolean>' is not assignable to type 'boolean'
  page.step('again', ScrapePage, ({ page }) => page, { when: async () => Promise.resolve(true) }),
  // @ts-expect-error Type 'boolean' is not assignable to type
  page.step('again', ScrapePage, ({ page }) => page, { when: true }),
  // @ts-expect-error Property 'titel' does not exist on type
  page.step('again', ScrapePage, ({ page }) => page, { when: ({ page }) => page.titel === '' }),
  // @ts-expect-error 'sizes' is possibly 'undefined'
  branch.step('again', ScrapePage, ({ sizes }) => ({ url: sizes[0]?.key ?? '' })),
  // @ts-expect-error 'cover' is possibly 'undefined'
  branch.step('again', ScrapePage, ({ cover }) => ({ url: cover.key })),
  // @ts-expect-error Type '"fail"' is not assignable to type 'AfterSkipped | undefined'
  page.step('again', ScrapePage, ({ page }) => page, { afterSkipped: 'fail' }),
];

declare const wrongSubstitute: { substitute: { key: number; widths: number[] } };
export const refusedFailures = [
  // @ts-expect-error 'cover' is possibly 'undefined'
  optionalCover.step('again', ScrapePage, ({ cover }) => ({ url: cover.key })),
  // @ts-expect-error Type '"ignore"' is not assignable to type
  page.step('again', ScrapePage, ({ page }) => page, { onFailure: 'ignore' }),
  // @ts-expect-error Property 'widths' is missing in type
  page.step('image', ProcessImage, ({ page }) => ({ src: page.url }), { onFailure: { substitute: { key: '' } } }),
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  page.step('image', ProcessImage, ({ page }) => ({ src: page.url }), { onFailure: wrongSubstitute }),
  // @ts-expect-error 'onFailure' does not exist in type
  page.each('images', ProcessImage, ({ page }) => page.images, { onFailure: 'skip' }),
  // @ts-expect-error Type 'Date' is not assignable to type 'string'
  images.step('s', StorePage, (all) => all, { onFailure: { substitute: { id: '', storedAt: new Date() } } }),
];

// @ts-expect-error Type 'null' is not assignable to type 'Image'
export const surelyThere: PipelineDefinition<PageRef, Image> = conditional.build();
// @ts-expect-error is missing the following properties from type '{ stored: unknown; told: unknown; }': stored, told
export const otherEnds: PipelineDefinition<PageRef, { stored: unknown; told: unknown }> = diamond.build();
// @ts-expect-error 'id' is missing in type
export const oneEnd: PipelineDefinition<PageRef, { id: string }> = roots
  .step('told', ScrapePage, () => ({ url: '' }), { after: [] })
  .build();
