import { In, Not } from 'typeorm';
import { PageImage } from '../entities/page-image.js';
import { ScrapedPage } from '../entities/page.js';
import { JobHandler, Transactional, type Handler, type JobContext } from '../src/index.js';
import type { ProcessedImage } from './payloads/processed-image.js';
import { StorePageInput, type StoredPage } from './payloads/stored-page.js';

/**
 * Writes a page and its images, or brings them up to date: one row a URL, one row a picture of the page, the same rows
 * however often it runs. `@Transactional()` commits them together with the completion of the job.
 */
@JobHandler({ name: 'store-page', payload: StorePageInput })
@Transactional()
export class StorePage implements Handler<StorePageInput, StoredPage> {
  async handle({ page, images }: StorePageInput, { manager }: JobContext): Promise<StoredPage> {
    const { images: _found, url, scrapedAt, ...columns } = page;
    const rows = imageRows(url, images);
    // The page first: its row lock lets two jobs for one page write their images one after the other.
    await manager.upsert(ScrapedPage, { url, scrapedAt: new Date(scrapedAt), ...columns }, ['url']);
    await manager.delete(PageImage, { pageUrl: url, sha256: Not(In(rows.map(({ sha256 }) => sha256))) });
    if (rows.length > 0) await manager.upsert(PageImage, rows, ['pageUrl', 'sha256']);
    return { url, scrapedAt, images: rows.length };
  }
}

/** One row a content: the same picture under two addresses is stored under the first. */
function imageRows(pageUrl: string, images: readonly ProcessedImage[]) {
  const rows = images.map((image, position) => ({ ...image, pageUrl, position }));
  return rows.filter(({ sha256 }, index) => images.findIndex((image) => image.sha256 === sha256) === index);
}
