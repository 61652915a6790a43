/** A job type: a payload class, a handler class with its settings, and a worker that runs it. */
import 'reflect-metadata';
import { IsUrl } from 'class-validator';
import { ContainerModule, inject } from 'inversify';
import type { DataSource } from 'typeorm';
import {
  createContainer,
  type Handler,
  type JobContext,
  JobHandler,
  Jobs,
  Lock,
  Retry,
  Timeout,
  Worker,
} from '../../src/index.js';

export class PageRef {
  @IsUrl({ require_tld: false }) url!: string;
}

export interface Page {
  readonly url: string;
  readonly title: string;
  readonly images: readonly { readonly src: string }[];
  readonly fetchedAt: Date;
}

/** Where pages come from; an application would ask the network. */
export class HttpFetcher {
  get(url: string, { signal }: { readonly signal: AbortSignal }): Promise<string> {
    signal.throwIfAborted();
    return Promise.resolve(`<title>${new URL(url).hostname}</title><img src="/a.png"><img src="/b.png">`);
  }
}

@JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web' })
@Retry({ attempts: 3, backoff: 'exponential', delay: '5s' }) // 5 s, 10 s, 20 s, with jitter
@Lock('page:{url}')
@Timeout('5m')
export class ScrapePage implements Handler<PageRef, Page> {
  constructor(@inject(HttpFetcher) private readonly fetcher: HttpFetcher) {}

  async handle({ url }: PageRef, job: JobContext): Promise<Page> {
    job.log.info('fetching', { url });
    const html = await this.fetcher.get(url, { signal: job.signal });
    await job.progress(0.5, 'parsed');
    return parse(url, html);
  }
}

function parse(url: string, html: string): Page {
  const images = [...html.matchAll(/<img src="([^"]+)"/g)].map(([, src = '']) => ({ src: new URL(src, url).href }));
  return { url, title: /<title>(.*)<\/title>/.exec(html)?.[1] ?? '', images, fetchedAt: new Date() };
}

export const fetching = new ContainerModule(({ bind }) => {
  bind(HttpFetcher).toSelf().inSingletonScope();
});

/** Runs one job to its end. */
export async function jobType(dataSource: DataSource): Promise<string> {
  const container = await createContainer({ dataSource, handlers: [ScrapePage], modules: [fetching] });
  const worker = container.get(Worker);
  await worker.start();
  try {
    const handle = await container.get(Jobs).enqueue(ScrapePage, { url: 'https://example.com/' });
    const page = await handle.result({ timeout: '30s' });
    return `${page.title}: ${page.images.length} images`;
  } finally {
    await worker.stop();
  }
}
