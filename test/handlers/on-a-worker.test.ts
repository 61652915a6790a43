import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Container } from 'inversify';
import type { DataSource } from 'typeorm';
import { startSampleSite, type SampleSite } from '../../examples/demo/sample-site/start-sample-site.js';
import {
  HttpFetcher,
  PageImage,
  PageRef,
  ProcessImage,
  RemovePage,
  ScrapedPage,
  ScrapePage,
  StorePage,
  handlerEntities,
  handlerMigrations,
  handlersModule,
  ingestPage,
} from '../../handlers/index.js';
import { migrationsIn } from '../../migrations/index.js';
import { BlobStore, createContainer, Jobs, pipeline, Pipelines, Worker } from '../../src/index.js';
import { createTestSchema, type TestSchema } from '../support/database.js';
import { eventually } from '../support/eventually.js';

let schema: TestSchema;
let dataSource: DataSource;
let site: SampleSite;
let fetcher: HttpFetcher;
let container: Container;
let jobs: Jobs;

/** Stores a page, and then fails: its last step asks for a page that is not there. */
const failing = pipeline('fail-after-storing', { input: PageRef })
  .step('page', ScrapePage)
  .step('stored', StorePage, ({ page }) => ({ page, images: [] }), { undo: RemovePage })
  .step('broken', ScrapePage, ({ input }) => ({ url: new URL('/traps/missing', input.url).href }))
  .build();

beforeEach(async () => {
  schema = await createTestSchema();
  dataSource = await schema.open({
    entities: [...handlerEntities],
    migrations: [...migrationsIn(schema.name), ...handlerMigrations],
  });
  await dataSource.runMigrations();
  site = await startSampleSite({ traps: true });
  fetcher = new HttpFetcher({ allowHosts: [site.host] });
  container = await createContainer({
    dataSource,
    schema: schema.name,
    handlers: [ScrapePage, ProcessImage, StorePage, RemovePage],
    pipelines: [ingestPage, failing],
    modules: [handlersModule({ fetcher })],
    worker: { pollInterval: '50ms' },
  });
  jobs = container.get(Jobs);
  await container.get(Worker).start();
});

afterEach(async () => {
  await container.get(Worker).stop();
  await fetcher.close();
  await site.close();
  await schema.drop();
});

const wait = { timeout: '20s' } as const;

describe('the bundled handlers on a worker', () => {
  it('scrape a page, process its images, store both, and take it back', async () => {
    const page = await (await jobs.enqueue(ScrapePage, { url: `${site.url}lights/gannet-head/` })).result(wait);
    const handles = await jobs.enqueueMany(ProcessImage, page.images);
    const images = await Promise.all(handles.map((handle) => handle.result(wait)));
    expect(images.map(({ format }) => format)).toEqual(['jpeg', 'webp', 'png']);
    for (const { blob } of images.flatMap(({ variants }) => variants)) {
      expect(blob.type).toBe('image/webp');
      expect(await buffer(await container.get(BlobStore).get(blob))).toHaveLength(blob.size);
    }

    const stored = await (await jobs.enqueue(StorePage, { page, images })).result(wait);
    expect(stored).toEqual({ url: page.url, scrapedAt: page.scrapedAt, images: 3 });
    const [row] = await dataSource.getRepository(ScrapedPage).find({ relations: { images: true } });
    expect(row?.title).toBe('Gannet Head lighthouse');
    expect(row?.images).toHaveLength(3);

    expect(await (await jobs.enqueue(RemovePage, { result: stored })).result(wait)).toEqual({ removed: true });
    expect(await dataSource.getRepository(PageImage).count()).toBe(0);
  });

  it.each([
    [ScrapePage, 'missing', 'FETCH_NOT_FOUND'],
    [ProcessImage, 'cut.png', 'IMAGE_CORRUPT'],
    [ProcessImage, 'text.png', 'IMAGE_UNSUPPORTED'],
  ] as const)('%p of /traps/%s is discarded at the first attempt, with %s', async (handler, trap, code) => {
    const ref = { url: `${site.url}traps/${trap}`, alt: '' };
    const handle =
      handler === ScrapePage ? await jobs.enqueue(ScrapePage, { url: ref.url }) : await jobs.enqueue(ProcessImage, ref);
    await expect(handle.result(wait)).rejects.toMatchObject({ code: 'JOB_DISCARDED' });
    const job = await jobs.get(handle.id);
    expect(job).toMatchObject({ attempt: 1, errors: [expect.objectContaining({ code })] });
  });

  it('retry what may heal', async () => {
    const handle = await jobs.enqueue(ScrapePage, { url: `${site.url}traps/heals` });
    const failed = await eventually('the first attempt has failed', async () => {
      const job = await jobs.get(handle.id);
      return job?.state === 'retryable' && job;
    });
    expect(failed.errors).toMatchObject([{ code: 'FETCH_SERVER_ERROR' }]);
    await jobs.reschedule(handle.id, { delay: '0s' });
    expect(await handle.result(wait)).toMatchObject({ excerpt: 'Healed' });
  });

  it('refuse payloads that are none', async () => {
    await expect(jobs.enqueue(ScrapePage, { url: 'no address' })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
    await expect(jobs.enqueue(ProcessImage, { url: 'data:image/png,x', alt: '' })).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
    });
    const page = undefined as never;
    await expect(jobs.enqueue(StorePage, { page, images: [] })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
    const nested = { url: 1 } as never;
    await expect(jobs.enqueue(StorePage, { page: nested, images: [] })).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
    });
  });
});

describe('ingestPage on a worker', () => {
  const pages = () => dataSource.getRepository(ScrapedPage).find({ relations: { images: true } });

  it('stores a page with all its images', async () => {
    const run = await container.get(Pipelines).start(ingestPage, { url: `${site.url}lights/the-sisters/` });
    expect(await run.result(wait)).toMatchObject({ url: `${site.url}lights/the-sisters/`, images: 3 });
    expect(await pages()).toMatchObject([{ title: 'The Sisters lighthouse' }]);
  });

  it('stores a page without the images that failed', async () => {
    const run = await container.get(Pipelines).start(ingestPage, { url: `${site.url}traps/gallery` });
    expect(await run.result(wait)).toMatchObject({ images: 1 });
    const [page] = await pages();
    expect(page?.images).toMatchObject([{ alt: 'whole.png', position: 0 }]);
  });

  it('takes a stored page back if its run fails later', async () => {
    const run = await container.get(Pipelines).start(failing, { url: `${site.url}keepers/` });
    await expect(run.result(wait)).rejects.toThrow(/step "broken"/);
    const removals = await jobs.list({ name: 'remove-page' });
    expect(removals.jobs).toMatchObject([{ state: 'completed', result: { removed: true } }]);
    expect(await pages()).toEqual([]);
  });
});
