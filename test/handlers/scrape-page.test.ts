import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpFetcher, politeBackoff, ScrapePage, TransientFetchError } from '../../handlers/index.js';
import { testJob } from './job-context.js';
import { serve, type LocalServer } from './local-server.js';

let server: LocalServer | undefined;
let fetcher: HttpFetcher | undefined;
afterEach(async () => {
  await fetcher?.close();
  await server?.close();
  fetcher = server = undefined;
});

async function scrape(
  path: string,
  answer: (url: string) => [status: number, headers: Record<string, string>, body: string],
) {
  server = await serve((request, response) => {
    const [status, headers, body] = answer(request.url ?? '');
    response.writeHead(status, headers).end(Buffer.from(body, 'latin1'));
  });
  fetcher = new HttpFetcher({ allowHosts: [server.host] });
  const test = testJob();
  const page = await new ScrapePage(fetcher).handle({ url: `${server.origin}${path}` }, test.job);
  return { page, test, origin: server.origin };
}

describe('ScrapePage', () => {
  it('returns the page as plain JSON, under the address where it was found', async () => {
    const html = '<title>Caf\xe9</title><p>Text</p><a href="next">Next</a><img src="a.png" alt="A">';
    const { page, test, origin } = await scrape('/old', (url) =>
      url === '/old'
        ? [301, { location: '/new/' }, '']
        : [200, { 'content-type': 'text/html; charset=iso-8859-1' }, html],
    );
    expect(page).toEqual({
      url: `${origin}/new/`,
      title: 'Café',
      description: null,
      canonical: null,
      excerpt: 'Text Next',
      links: [{ url: `${origin}/new/next`, text: 'Next', sameHost: true, nofollow: false }],
      images: [{ url: `${origin}/new/a.png`, alt: 'A' }],
      bytes: html.length,
      sha256: createHash('sha256').update(Buffer.from(html, 'latin1')).digest('hex'),
      scrapedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(JSON.parse(JSON.stringify(page))).toEqual(page);
    expect(test.progress).toEqual([[0.5, 'fetched']]);
    expect(test.logged).toEqual(['page scraped']);
  });

  it('passes on why a page cannot be had', async () => {
    await expect(scrape('/', () => [404, {}, ''])).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });
});

describe('politeBackoff', () => {
  const throttled = (retryAfter?: number) =>
    new TransientFetchError('FETCH_THROTTLED', 'http://site.example/', {
      problem: 'wait',
      ...(retryAfter !== undefined && { retryAfter }),
    });

  it.each([
    [1, new Error('any'), '5000ms'],
    [3, throttled(), '20000ms'],
    [1, throttled(60_000), '75000ms'],
    [5, throttled(60_000), '80000ms'],
    [2, throttled(0), '10000ms'],
  ])('after %i failures with %s', (failed, error, expected) => expect(politeBackoff(failed, error)).toBe(expected));
});
