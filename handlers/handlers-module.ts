import { ContainerModule } from 'inversify';
import type { DataSource } from 'typeorm';
import { HttpFetcher } from './http-fetcher.js';
import { BlobStore } from './storage/blob-store.js';
import { DatabaseBlobStore } from './storage/database-blob-store.js';

/** What the bundled handlers work with. */
export interface HandlersModuleOptions {
  /** With `handlerEntities` among its entities and `handlerMigrations` run. */
  readonly dataSource: DataSource;
  /** Where resized images go. Default: the table `blob` of the data source. */
  readonly blobs?: BlobStore;
  /** Default: `new HttpFetcher()`, which reaches no private address. */
  readonly fetcher?: HttpFetcher;
}

/**
 * Binds what the bundled handlers inject: `HttpFetcher` and `BlobStore`.
 * @example container.load(handlersModule({ dataSource, fetcher: new HttpFetcher({ allowHosts: ['localhost'] }) }));
 */
export function handlersModule({
  dataSource,
  blobs = new DatabaseBlobStore(dataSource),
  fetcher = new HttpFetcher(),
}: HandlersModuleOptions): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(HttpFetcher).toConstantValue(fetcher);
    bind(BlobStore).toConstantValue(blobs);
  });
}
