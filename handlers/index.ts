/** The bundled reference handlers: scrape a page, process its images, store both. Copy them, or use them as they are. */
export { PageImage } from '../entities/page-image.js';
export { ScrapedPage } from '../entities/page.js';
export { handlerEntities, handlerMigrations } from './handler-tables.js';
export { handlersModule, type HandlersModuleOptions } from './handlers-module.js';
export { parsePage, type PageContent } from './html/parse-page.js';
export {
  FetchError,
  PermanentFetchError,
  TransientFetchError,
  type PermanentFetchCode,
  type TransientFetchCode,
} from './http/fetch-error.js';
export type { Fetched } from './http/fetched.js';
export { politeBackoff } from './http/polite-backoff.js';
export { HttpFetcher, type GetOptions, type HttpFetcherOptions } from './http-fetcher.js';
export { ImageError } from './image/image-error.js';
export { ingestPage } from './ingest-page.js';
export { ImageRef } from './payloads/image-ref.js';
export { Page, PageLink } from './payloads/page.js';
export { PageRef } from './payloads/page-ref.js';
export { ImageVariant, ProcessedImage } from './payloads/processed-image.js';
export { PageRemoval, StoredPage, StorePageInput } from './payloads/stored-page.js';
export { ProcessImage } from './process-image.js';
export { RemovePage } from './remove-page.js';
export { ScrapePage } from './scrape-page.js';
export { services } from './services.js';
export { StorePage } from './store-page.js';
