import { ContainerModule } from 'inversify';
import { HttpFetcher } from './http-fetcher.js';

/** What the bundled handlers work with. */
export interface HandlersModuleOptions {
  /** Default: `new HttpFetcher()`, which reaches no private address. */
  readonly fetcher?: HttpFetcher;
}

/**
 * Binds what the bundled handlers inject beside the `BlobStore` of the container: `HttpFetcher`.
 * @example
 * const fetcher = new HttpFetcher({ allowHosts: ['localhost'] });
 * const container = await createContainer({
 *   dataSource,
 *   handlers: [ScrapePage, ProcessImage, StorePage, RemovePage],
 *   pipelines: [ingestPage],
 *   modules: [handlersModule({ fetcher })],
 * });
 */
export function handlersModule({ fetcher }: HandlersModuleOptions = {}): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(HttpFetcher)
      .toDynamicValue(() => fetcher ?? new HttpFetcher())
      .inSingletonScope();
  });
}
