import { ContainerModule } from 'inversify';
import { DataSource } from 'typeorm';
import { HttpFetcher } from './http-fetcher.js';
import { BlobStore } from './storage/blob-store.js';
import { DatabaseBlobStore } from './storage/database-blob-store.js';

/** What the bundled handlers work with. */
export interface HandlersModuleOptions {
  /** With `handlerEntities` among its entities, and `handlerMigrations` run. Default: what the container binds to `DataSource`. */
  readonly dataSource?: DataSource;
  /** Where resized images go. Default: the table `blob` of the data source. */
  readonly blobs?: BlobStore;
  /** Default: `new HttpFetcher()`, which reaches no private address. */
  readonly fetcher?: HttpFetcher;
}

/**
 * Binds what the bundled handlers inject: `HttpFetcher` and `BlobStore`.
 * @example
 * const fetcher = new HttpFetcher({ allowHosts: ['localhost'] });
 * const container = await createContainer({
 *   dataSource,
 *   handlers: [ScrapePage, ProcessImage, StorePage, RemovePage],
 *   pipelines: [ingestPage],
 *   modules: [handlersModule({ dataSource, fetcher })],
 * });
 */
export function handlersModule({ dataSource, blobs, fetcher }: HandlersModuleOptions = {}): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(HttpFetcher)
      .toDynamicValue(() => fetcher ?? new HttpFetcher())
      .inSingletonScope();
    bind(BlobStore)
      .toDynamicValue((context) => blobs ?? new DatabaseBlobStore(dataSource ?? context.get(DataSource)))
      .inSingletonScope();
  });
}
