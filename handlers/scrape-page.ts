import { inject } from 'inversify';
import { JobHandler, Lock, Retry, Timeout, type Handler, type JobContext } from '../src/index.js';
import { parsePage } from './html/parse-page.js';
import { PermanentFetchError } from './http/fetch-error.js';
import { politeBackoff } from './http/polite-backoff.js';
import { HttpFetcher } from './http-fetcher.js';
import type { Page } from './payloads/page.js';
import { PageRef } from './payloads/page-ref.js';
import { sha256 } from './storage/sha256.js';

/** Fetches a page and reads its title, text, links and images. */
@JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web' })
@Retry({ attempts: 4, backoff: politeBackoff, unless: [PermanentFetchError] })
@Lock('page:{url}') // two jobs for one page take turns instead of asking the server twice at once
@Timeout('2m')
export class ScrapePage implements Handler<PageRef, Page> {
  constructor(@inject(HttpFetcher) private readonly fetcher: HttpFetcher) {}

  async handle({ url }: PageRef, job: JobContext): Promise<Page> {
    const fetched = await this.fetcher.get(url, { signal: job.signal });
    await job.progress(0.5, 'fetched');
    const content = parsePage(fetched.text(), fetched.url);
    job.log.info('page scraped', { url: fetched.url, links: content.links.length, images: content.images.length });
    return {
      url: fetched.url,
      ...content,
      bytes: fetched.body.length,
      sha256: sha256(fetched.body),
      scrapedAt: new Date().toISOString(),
    };
  }
}
