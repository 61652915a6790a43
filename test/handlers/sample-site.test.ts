import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSampleSite, type SampleSite } from '../../examples/demo/sample-site/start-sample-site.js';
import {
  HttpFetcher,
  ProcessImage,
  ScrapePage,
  type HttpFetcherOptions,
  type Page,
  type ProcessedImage,
} from '../../handlers/index.js';
import { FileBlobStore } from '../../src/index.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';
import { testJob } from './job-context.js';

let site: SampleSite;
let fetcher: HttpFetcher;
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
beforeAll(async () => (folder = await makeTemporaryFolder()));
afterAll(() => folder.remove());
afterEach(async () => {
  await fetcher.close();
  await site.close();
});

async function start(traps: boolean, options: HttpFetcherOptions = {}): Promise<void> {
  site = await startSampleSite({ traps });
  fetcher = new HttpFetcher({ allowHosts: [site.host], ...options });
}

const scrape = (path: string): Promise<Page> =>
  new ScrapePage(fetcher).handle({ url: new URL(path, site.url).href }, testJob().job);

/** Everything that is found by following the links of the home page within the site. */
async function crawl(): Promise<{ pages: Map<string, Page>; failed: string[]; depth: number }> {
  const pages = new Map<string, Page>();
  const failed: string[] = [];
  const seen = new Set([site.url]);
  let depth = 0;
  for (let level = [...seen]; level.length > 0; depth++) {
    const next: string[] = [];
    for (const url of level) {
      const page = await scrape(url).catch(() => void failed.push(url));
      if (!page) continue;
      pages.set(page.url, page);
      for (const link of page.links) {
        if (!link.sameHost || seen.has(link.url)) continue;
        seen.add(link.url);
        next.push(link.url);
      }
    }
    level = next;
  }
  return { pages, failed, depth };
}

describe('the sample site', () => {
  it('has 12 pages that link to one another and show 30 pictures, each on one page', async () => {
    await start(false);
    const { pages, failed, depth } = await crawl();
    expect(pages.size).toBe(12);
    expect(failed).toEqual([]);
    expect(depth).toBeGreaterThan(2);
    const images = [...pages.values()].flatMap((page) => page.images.map(({ url }) => url));
    expect(images).toHaveLength(30);
    expect(new Set(images).size).toBe(30);
    for (const page of pages.values()) {
      expect(page.title).not.toBeNull();
      expect(page.description).not.toBeNull();
      expect(page.canonical).toBe(page.url);
      expect(page.excerpt.length).toBeGreaterThan(100);
      expect(page.links.some(({ sameHost }) => !sameHost)).toBe(true);
    }
  });

  it('shows what real sites do: a redirect, a base, srcset, picture, nofollow', async () => {
    await start(false);
    expect((await scrape('/visit')).url).toBe(`${site.url}visit/`);
    const keepers = await scrape('/keepers/');
    expect(keepers.images.map(({ url }) => url)).toEqual([`${site.url}assets/keepers/last-watch.jpg`]);
    expect(keepers.links).toContainEqual(expect.objectContaining({ nofollow: true, sameHost: false }));
    const light = await scrape('/lights/gannet-head/');
    expect(light.images.map(({ url }) => url.replace(/.*\//, ''))).toEqual(['tower-1400.jpg', 'lamp.webp', 'plan.png']);
  });

  it('draws the same pictures every time, of three formats and one of them lying on its side', async () => {
    await start(false);
    const { pages } = await crawl();
    const urls = [...pages.values()].flatMap((page) => page.images);
    const process = new ProcessImage(fetcher, new FileBlobStore(folder.path));
    const processed: ProcessedImage[] = [];
    for (const image of urls) processed.push(await process.handle(image, testJob().job));
    expect(new Set(processed.map(({ format }) => format))).toEqual(new Set(['jpeg', 'png', 'webp']));
    expect(new Set(processed.map(({ sha256 }) => sha256)).size).toBe(30);
    expect(processed.find(({ url }) => url.endsWith('last-watch.jpg'))).toMatchObject({ width: 600, height: 900 });

    const again = await startSampleSite();
    const other = new HttpFetcher({ allowHosts: [again.host] });
    const map = await other.get(`${again.url}assets/map.png`, { accept: ['image/*'] });
    const same = await fetcher.get(`${site.url}assets/map.png`, { accept: ['image/*'] });
    await other.close();
    await again.close();
    expect(map.body.equals(same.body)).toBe(true);
  });

  it('has no traps unless asked', async () => {
    await start(false);
    await expect(scrape('/traps/')).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });
});

describe('the traps of the sample site', () => {
  it.each([
    ['missing', 'FETCH_NOT_FOUND'],
    ['slow', 'FETCH_TIMEOUT'],
    ['huge', 'FETCH_TOO_LARGE'],
    ['loop', 'FETCH_REDIRECTS_EXCEEDED'],
    ['report', 'FETCH_TYPE_REFUSED'],
    ['bomb', 'FETCH_BOMB'],
  ])('%s is %s', async (trap, code) => {
    await start(true, { headersTimeoutMs: 500, maxBytes: 40 * 1024 * 1024 });
    await expect(scrape(`/traps/${trap}`)).rejects.toMatchObject({ code });
  });

  it('one page heals at the second try', async () => {
    await start(true);
    await expect(scrape('/traps/heals')).rejects.toMatchObject({ code: 'FETCH_SERVER_ERROR', retryable: true });
    expect(await scrape('/traps/heals')).toMatchObject({ excerpt: 'Healed' });
  });

  it('of the gallery one picture is whole', async () => {
    await start(true);
    const { images } = await scrape('/traps/gallery');
    const process = new ProcessImage(fetcher, new FileBlobStore(folder.path));
    const outcomes = await Promise.all(
      images.map((image) =>
        process.handle(image, testJob().job).then(
          ({ format }) => format,
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(outcomes).toEqual(['png', 'IMAGE_CORRUPT', 'IMAGE_UNSUPPORTED', 'FETCH_NOT_FOUND']);
  });

  it('a crawl comes out of all of them', async () => {
    await start(true, { headersTimeoutMs: 500 });
    const { pages, failed } = await crawl();
    expect(pages.size).toBe(12 + 2); // the list of traps and the gallery
    expect(failed.map((url) => url.replace(/.*\//, '')).sort()).toEqual(
      ['bomb', 'heals', 'huge', 'loop', 'missing', 'report', 'slow'].sort(),
    );
  });
});
