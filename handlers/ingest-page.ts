import { pipeline } from '../src/index.js';
import { PageRef } from './payloads/page-ref.js';
import { ProcessImage } from './process-image.js';
import { RemovePage } from './remove-page.js';
import { ScrapePage } from './scrape-page.js';
import { StorePage } from './store-page.js';

/**
 * Scrape a page, process its images side by side, store both. An image that cannot be processed is left out; the page
 * is stored all the same.
 * @example const run = await jobs.start(ingestPage, { url: 'https://example.com/' });
 */
export const ingestPage = pipeline('ingest-page', { input: PageRef })
  .step('page', ScrapePage)
  .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip' })
  .step('stored', StorePage, ({ page, images }) => ({ page, images: images.filter((image) => image !== undefined) }), {
    undo: RemovePage,
  })
  .build();
