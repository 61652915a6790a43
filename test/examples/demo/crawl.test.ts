import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { crawlReport } from '../../../examples/demo/crawl-report.js';
import { Crawl, type CrawlLimits } from '../../../examples/demo/crawl.js';
import { withApplication, withWorker, type DemoApplication } from '../../../examples/demo/demo-application.js';
import { startSampleSite } from '../../../examples/demo/sample-site/start-sample-site.js';
import type { Visit } from '../../../examples/demo/visit.js';
import { Jobs, Pipelines, Telemetry } from '../../../src/index.js';
import { serve, type LocalServer } from '../../handlers/local-server.js';
import { createTestSchema, type TestSchema } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

let schema: TestSchema;
let servers: LocalServer[];

beforeEach(async () => {
  servers = [];
  schema = await createTestSchema();
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await schema.drop();
});

/** Serves pages that consist of links; a page that begins with `-> ` redirects. */
async function site(pages: Record<string, string>): Promise<LocalServer> {
  const server = await serve(({ url = '' }, response) => {
    const page = pages[url];
    if (page === undefined) response.writeHead(404).end();
    else if (page.startsWith('-> ')) response.writeHead(302, { location: page.slice(3) }).end();
    else response.setHeader('content-type', 'text/html').end(page);
  });
  servers.push(server);
  return server;
}

const links = (...paths: string[]): string => paths.map((path) => `<a href="${path}">${path}</a>`).join('');

async function crawling<T>(
  host: string,
  limits: Partial<CrawlLimits>,
  work: (crawl: Crawl, application: DemoApplication) => Promise<T>,
): Promise<T> {
  return withApplication({ url: schema.applicationUrl, schema: schema.name, host }, async (application) => {
    const { container, dataSource } = application;
    await dataSource.runMigrations();
    const jobs = container.get(Jobs);
    const crawl = new Crawl(jobs, container.get(Telemetry), { depth: 5, maxPages: 100, ...limits });
    const unfinished = (): readonly string[] => crawl.unfinished;
    return withWorker(container, unfinished, () => work(crawl, application));
  });
}

const never = new AbortController().signal;

async function crawled(server: LocalServer, limits: Partial<CrawlLimits> = {}): Promise<readonly Visit[]> {
  return crawling(server.host, limits, (crawl) => crawl.run(`${server.origin}/`, never));
}

const paths = (visits: readonly { url: string }[]): string[] => visits.map(({ url }) => new URL(url).pathname).sort();

describe('a crawl', () => {
  it('brings home the whole sample site, and the same again', async () => {
    const sample = await startSampleSite();
    try {
      for (let turn = 0; turn < 2; turn++) {
        await crawling(sample.host, {}, async (crawl, { dataSource }) => {
          const { rows, failures } = await crawlReport(dataSource, await crawl.run(sample.url, never));
          expect(failures).toEqual([]);
          expect(rows).toHaveLength(12);
          expect(rows.reduce((sum, { images }) => sum + images, 0)).toBe(30);
          expect(rows[0]).toMatchObject({ url: sample.url, title: 'Lights of the Western Coast', images: 2 });
          for (const { bytesIn, bytesOut, ms } of rows) {
            expect(bytesIn).toBeGreaterThan(bytesOut);
            expect(ms).toBeGreaterThan(0);
          }
          const whole = { done: 12, total: 12 };
          const images = { done: 30, total: 30 };
          expect(crawl.progress).toEqual({ page: whole, images, stored: whole, retrying: 0, failed: 0 });
          expect(crawl.unfinished).toEqual([]);
        });
      }
    } finally {
      await sample.close();
    }
  });

  it('asks for each page once, on its host only, and not where it is asked to stay away', async () => {
    const elsewhere = await site({ '/': 'elsewhere' });
    const server = await site({
      '/': links('/a', '/a#part', '/b', '/', elsewhere.origin, 'mailto:a@b.example') + '<a rel="nofollow" href="/no">',
      '/a': links('/b', '/'),
      '/b': `<meta name="robots" content="nofollow">${links('/no')}`,
    });
    expect(paths(await crawled(server))).toEqual(['/', '/a', '/b']);
    expect(server.requests.map(({ url }) => url).sort()).toEqual(['/', '/a', '/b']);
    expect(elsewhere.requests).toEqual([]);
  });

  it('goes as deep as it was told', async () => {
    const server = await site({ '/': links('/1'), '/1': links('/2'), '/2': links('/3'), '/3': '' });
    expect(paths(await crawled(server, { depth: 0 }))).toEqual(['/']);
    expect(paths(await crawled(server, { depth: 2 }))).toEqual(['/', '/1', '/2']);
  });

  it('counts the depth of a page by the shortest way, though a longer one is found first', async () => {
    let answerSlowly: () => void = () => undefined;
    const server = await serve(({ url }, response) => {
      response.setHeader('content-type', 'text/html');
      if (url === '/') response.end(links('/slow', '/1'));
      else if (url === '/1') response.end(links('/2'));
      else if (url === '/2') response.end(links('/target'));
      else if (url === '/slow') answerSlowly = () => response.end(links('/target'));
      else if (url === '/target') response.end(links('/beyond'));
      else response.end();
    });
    servers.push(server);
    const visits = await crawling(server.host, { depth: 3 }, async (crawl) => {
      const crawled = crawl.run(`${server.origin}/`, never);
      await eventually('the target is read by the long way', () => crawl.progress.page.done === 4);
      expect(crawl.progress.page.total).toBe(5);
      answerSlowly();
      return crawled;
    });
    expect(paths(visits)).toEqual(['/', '/1', '/2', '/beyond', '/slow', '/target']);
  });

  it('asks for as many pages as it was told', async () => {
    const server = await site({ '/': links('/a', '/b', '/c'), '/a': '', '/b': '', '/c': '' });
    expect(paths(await crawled(server, { maxPages: 3 }))).toEqual(['/', '/a', '/b']);
  });

  it('crawls the host that the first page leads to, and counts a page once, however it was reached', async () => {
    const server = await site({ '/': links('/old', '/new'), '/old': '-> /new', '/new': links('/last'), '/last': '' });
    const start = await site({ '/': `-> ${server.origin}/` });
    const url = `${start.origin}/`;
    await withApplication(
      { url: schema.applicationUrl, schema: schema.name, host: '127.0.0.1' },
      async (application) => {
        const { container, dataSource } = application;
        await dataSource.runMigrations();
        const crawl = new Crawl(container.get(Jobs), container.get(Telemetry), { depth: 5, maxPages: 100 });
        const visits = await withWorker(
          container,
          () => crawl.unfinished,
          () => crawl.run(url, never),
        );
        const { rows } = await crawlReport(dataSource, visits);
        expect(rows.map((row) => row.url).sort()).toEqual(['/', '/last', '/new'].map((path) => server.origin + path));
      },
    );
  });

  it('goes on when a page or an image fails, and says why', async () => {
    const server = await site({ '/': `${links('/gone', '/fine')}<img src="/none.png">`, '/fine': '' });
    await crawling(server.host, {}, async (crawl, { dataSource }) => {
      const { rows, failures } = await crawlReport(dataSource, await crawl.run(`${server.origin}/`, never));
      expect(rows.map(({ url }) => new URL(url).pathname).sort()).toEqual(['/', '/fine']);
      expect(failures).toEqual([
        {
          kind: 'image',
          url: `${server.origin}/none.png`,
          reason: `${server.origin}/none.png: the server answered 404.`,
        },
        { kind: 'page', url: `${server.origin}/gone`, reason: `${server.origin}/gone: the server answered 404.` },
      ]);
      expect(crawl.progress).toMatchObject({ page: { done: 3, total: 3 }, failed: 2 });
    });
  });

  it('counts an address that cannot be asked for as failed', async () => {
    const server = await site({});
    const [visit, ...others] = await crawling(server.host, {}, (crawl) =>
      crawl.run(`${server.origin}/${'a'.repeat(2000)}`, never),
    );
    expect(others).toEqual([]);
    expect(visit).toMatchObject({ storedAs: null, ms: 0, failure: expect.stringContaining('url: must be shorter') });
    expect(server.requests).toEqual([]);
  });

  it('leaves nothing to do when it is stopped', async () => {
    const server = await serve(({ url }, response) => {
      if (url === '/') response.setHeader('content-type', 'text/html').end(links('/silent'));
    });
    servers.push(server);
    const stop = new AbortController();
    const reason = new Error('enough');
    await withApplication(
      { url: schema.applicationUrl, schema: schema.name, host: server.host },
      async (application) => {
        const { container, dataSource } = application;
        await dataSource.runMigrations();
        const jobs = container.get(Jobs);
        const crawl = new Crawl(jobs, container.get(Telemetry), { depth: 5, maxPages: 100 });
        const crawled = withWorker(
          container,
          () => crawl.unfinished,
          () => crawl.run(`${server.origin}/`, stop.signal),
        );
        await eventually('only the silent page is open', () => {
          return server.requests.length === 2 && crawl.unfinished.length === 1;
        });
        const [run] = crawl.unfinished;
        stop.abort(reason);
        await expect(crawled).rejects.toBe(reason);
        expect((await jobs.list({ unfinished: true })).jobs).toEqual([]);
        expect(await container.get(Pipelines).status(run ?? '')).toMatchObject({ state: 'cancelled' });
      },
    );
  });
});
