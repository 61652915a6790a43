import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import {
  handlerEntities,
  handlerMigrations,
  PageImage,
  RemovePage,
  ScrapedPage,
  StorePage,
  type Page,
  type ProcessedImage,
  type StoredPage,
} from '../../handlers/index.js';
import { createTestSchema, type TestSchema } from '../support/database.js';
import { testJob } from './job-context.js';

const page: Page = {
  url: 'https://site.example/',
  title: 'Site',
  description: null,
  canonical: null,
  excerpt: 'Welcome',
  links: [{ url: 'https://site.example/a', text: 'A', sameHost: true, nofollow: false }],
  images: [{ url: 'https://site.example/1.png', alt: '' }],
  bytes: 10,
  sha256: 'a'.repeat(64),
  scrapedAt: '2026-01-02T03:04:05.678Z',
};

function image(digit: string, url = `https://site.example/${digit}.png`): ProcessedImage {
  const hash = 'f'.repeat(64);
  const variants = [{ width: 320, height: 200, blob: { key: hash, size: 99, type: 'image/webp', sha256: hash } }];
  return { url, alt: digit, sha256: digit.repeat(64), format: 'png', width: 400, height: 250, bytes: 1000, variants };
}

let schema: TestSchema;
let dataSource: DataSource;
beforeEach(async () => {
  schema = await createTestSchema();
  dataSource = await schema.open({ entities: [...handlerEntities], migrations: [...handlerMigrations] });
  await dataSource.runMigrations();
});
afterEach(() => schema.drop());

/** As @Transactional does it. */
function store(input: { page: Page; images: ProcessedImage[] }): Promise<StoredPage> {
  return dataSource.transaction((manager) => new StorePage().handle(input, testJob({ manager }).job));
}

function remove(result: StoredPage): Promise<{ removed: boolean }> {
  return dataSource.transaction((manager) => new RemovePage().handle({ result }, testJob({ manager }).job));
}

async function everything() {
  const pages = await dataSource.getRepository(ScrapedPage).find({ order: { url: 'asc' } });
  const images = await dataSource.getRepository(PageImage).find({ order: { pageUrl: 'asc', position: 'asc' } });
  return { pages, images };
}

describe('StorePage', () => {
  it('writes the page with its images', async () => {
    const stored = await store({ page, images: [image('1'), image('2')] });
    expect(stored).toEqual({ url: page.url, scrapedAt: page.scrapedAt, images: 2 });
    const { pages, images } = await everything();
    const { images: _, ...columns } = page;
    expect(pages).toEqual([{ ...columns, scrapedAt: new Date(page.scrapedAt) }]);
    expect(images).toEqual([
      { pageUrl: page.url, position: 0, ...image('1') },
      { pageUrl: page.url, position: 1, ...image('2') },
    ]);
  });

  it('leaves the same rows when it runs again', async () => {
    const input = { page, images: [image('1'), image('2')] };
    const first = await store(input);
    const before = await everything();
    expect(await store(input)).toEqual(first);
    expect(await everything()).toEqual(before);
  });

  it('brings a page up to date', async () => {
    await store({ page, images: [image('1'), image('2')] });
    const changed = { ...page, title: null, bytes: 11, scrapedAt: '2026-02-02T00:00:00.000Z' };
    await store({ page: changed, images: [image('3'), image('2')] });
    const { pages, images } = await everything();
    expect(pages).toMatchObject([{ title: null, bytes: 11, scrapedAt: new Date(changed.scrapedAt) }]);
    expect(images.map(({ alt, position }) => [alt, position])).toEqual([
      ['3', 0],
      ['2', 1],
    ]);
  });

  it('stores a page without images, and takes them away if it has none any more', async () => {
    await store({ page, images: [image('1')] });
    expect(await store({ page, images: [] })).toMatchObject({ images: 0 });
    expect((await everything()).images).toEqual([]);
  });

  it('counts pictures of equal content once, under the first address', async () => {
    const twin = image('1', 'https://site.example/copy.png');
    expect(await store({ page, images: [image('1'), twin] })).toMatchObject({ images: 1 });
    expect((await everything()).images).toMatchObject([{ url: 'https://site.example/1.png', position: 0 }]);
  });

  it('lets two pages show the same picture', async () => {
    await store({ page, images: [image('1')] });
    await store({ page: { ...page, url: 'https://site.example/b' }, images: [image('1')] });
    expect((await everything()).images).toHaveLength(2);
  });

  it('ends with one version whole when many jobs store one page at once', async () => {
    const versions = Array.from({ length: 8 }, (_, i) => ({
      page: { ...page, bytes: i },
      images: [image(String(i)), image(String(i + 1))],
    }));
    await Promise.all(versions.map((version) => store(version)));
    const { pages, images } = await everything();
    expect(pages).toHaveLength(1);
    const last = pages[0]?.bytes ?? -1;
    expect(images.map(({ alt }) => alt)).toEqual([String(last), String(last + 1)]);
  });
});

describe('RemovePage', () => {
  it('removes what StorePage wrote, and is content to find it gone', async () => {
    const stored = await store({ page, images: [image('1')] });
    expect(await remove(stored)).toEqual({ removed: true });
    expect(await everything()).toEqual({ pages: [], images: [] });
    expect(await remove(stored)).toEqual({ removed: false });
  });

  it('leaves a newer version and other pages alone', async () => {
    const stored = await store({ page, images: [] });
    await store({ page: { ...page, url: 'https://site.example/b' }, images: [] });
    await store({ page: { ...page, scrapedAt: '2026-03-03T00:00:00.000Z' }, images: [] });
    expect(await remove(stored)).toEqual({ removed: false });
    expect((await everything()).pages).toHaveLength(2);
  });
});
