/** Reads every page of a site, and stores them together. */
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsString, IsUrl, ValidateNested } from 'class-validator';
import type { DataSource } from 'typeorm';
import {
  createContainer,
  type Handler,
  type JobContext,
  JobHandler,
  Jobs,
  pipeline,
  Retry,
  Timeout,
  Transactional,
  Worker,
} from '../../src/index.js';

export class PageRef {
  @IsUrl({ require_tld: false }) url!: string;
}

export class Page {
  @IsUrl({ require_tld: false }) url!: string;
  @IsString() title!: string;
}

@JobHandler({ name: 'find-pages', payload: PageRef, queue: 'web' })
@Retry({ attempts: 3, backoff: 'exponential', delay: '5s' })
export class FindPages implements Handler<PageRef, PageRef[]> {
  async handle({ url }: PageRef, { signal }: JobContext): Promise<PageRef[]> {
    const response = await fetch(new URL('/sitemap.xml', url), { signal });
    if (!response.ok) throw new Error(`the map of ${url} answered ${response.status}`);
    return [...(await response.text()).matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, loc = '']) => ({ url: loc }));
  }
}

@JobHandler({ name: 'fetch-page', payload: PageRef, queue: 'web' })
@Retry({ attempts: 3, backoff: 'exponential', delay: '5s' })
@Timeout('30s')
export class FetchPage implements Handler<PageRef, Page> {
  async handle({ url }: PageRef, job: JobContext): Promise<Page> {
    const response = await fetch(url, { signal: job.signal });
    if (response.status === 404) throw job.discard(`${url} is not there`); // no attempt will succeed
    if (!response.ok) throw new Error(`${url} answered ${response.status}`); // another one may
    return { url, title: /<title>([^<]*)/.exec(await response.text())?.[1] ?? url };
  }
}

export class Site {
  @IsUrl({ require_tld: false }) url!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Page) pages!: Page[];
}

@JobHandler({ name: 'store-site', payload: Site })
@Transactional()
export class StoreSite implements Handler<Site, { stored: number }> {
  async handle({ url, pages }: Site, { manager }: JobContext): Promise<{ stored: number }> {
    await manager.query('delete from site_page where site = $1', [url]);
    await manager.query('insert into site_page select $1, * from unnest($2::text[], $3::text[])', [
      url,
      pages.map((page) => page.url),
      pages.map((page) => page.title),
    ]);
    return { stored: pages.length };
  }
}

export const ingestSite = pipeline('ingest-site', { input: PageRef })
  .step('found', FindPages)
  .each('pages', FetchPage, ({ found }) => found, { onItemFailure: 'skip' })
  .step('stored', StoreSite, ({ input, pages }) => ({
    url: input.url,
    pages: pages.filter((page) => page !== undefined), // the pages that are not there
  }))
  .build();

/** Ingests a site. @returns how many pages were stored, and how many could not be had */
export async function ingest(dataSource: DataSource, url: string): Promise<{ stored: number; missing: number }> {
  await dataSource.query('create table site_page (site text, url text, title text, primary key (site, url))');
  const handlers = [FindPages, FetchPage, StoreSite];
  const container = await createContainer({ dataSource, handlers, pipelines: [ingestSite] });
  const worker = container.get(Worker);
  await worker.start();
  try {
    const run = await container.get(Jobs).start(ingestSite, { url }, { unique: url, timeout: '1h' });
    const { stored } = await run.result();
    const { steps } = await run.status();
    return { stored, missing: steps.find(({ name }) => name === 'pages')?.failed ?? 0 };
  } finally {
    await worker.stop();
  }
}
