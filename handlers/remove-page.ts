import { ScrapedPage } from '../entities/page.js';
import { JobHandler, Transactional, type Handler, type JobContext } from '../src/index.js';
import { PageRemoval } from './payloads/stored-page.js';

/**
 * Undoes `StorePage`: removes the page that it wrote, with its images. If the page was stored again since, that newer
 * version stays. Blobs stay too: other pages may show the same picture.
 */
@JobHandler({ name: 'remove-page', payload: PageRemoval })
@Transactional()
export class RemovePage implements Handler<PageRemoval, { removed: boolean }> {
  async handle({ result: stored }: PageRemoval, { manager }: JobContext): Promise<{ removed: boolean }> {
    const { affected } = await manager.delete(ScrapedPage, { url: stored.url, scrapedAt: new Date(stored.scrapedAt) });
    return { removed: affected === 1 };
  }
}
