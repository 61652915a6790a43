import type { Container } from 'inversify';
import { DataSource } from 'typeorm';
import {
  HttpFetcher,
  handlerEntities,
  handlerMigrations,
  handlersModule,
  ingestPage,
  ProcessImage,
  RemovePage,
  ScrapePage,
  StorePage,
} from '../../handlers/index.js';
import { createContainer, Migrator, Pipelines, Worker } from '../../src/index.js';

/** What a demo needs of Rowlock. */
export interface DemoApplication {
  readonly container: Container;
  readonly dataSource: DataSource;
}

/** Where its database is, and whom it may fetch from. */
export interface DemoSettings {
  readonly url: string;
  readonly schema: string;
  /** Host and port of the site, which may be on this machine. */
  readonly host: string;
}

/** Makes the tables, wires Rowlock with the bundled handlers, and gives everything back after the work. */
export async function withApplication<T>(
  { url, schema, host }: DemoSettings,
  work: (application: DemoApplication) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    applicationName: 'rowlock demo',
    entities: [...handlerEntities],
    migrations: [...handlerMigrations],
    extra: { max: 20 },
  });
  const fetcher = new HttpFetcher({ allowHosts: [host], userAgent: 'rowlock-demo' });
  try {
    await new Migrator(dataSource, schema).up();
    const container = await createContainer({
      dataSource,
      schema,
      handlers: [ScrapePage, ProcessImage, StorePage, RemovePage],
      pipelines: [ingestPage],
      modules: [handlersModule({ fetcher })],
      // Short, so that what a killed demo held is free again soon.
      worker: { lease: '5s', sweepInterval: '1s' },
    });
    return await work({ container, dataSource });
  } finally {
    await fetcher.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/** Runs a worker while the work goes on; afterwards cancels the runs that are not over, so that nothing is left to do. */
export async function withWorker<T>(
  container: Container,
  unfinishedRuns: () => readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const worker = container.get(Worker);
  await worker.start();
  try {
    return await work();
  } finally {
    const runs = unfinishedRuns();
    // A database that has gone cannot be told; the worker must stop all the same.
    if (runs.length > 0) await Promise.allSettled([container.get(Pipelines).cancelRuns(runs, 'the demo was stopped')]);
    await worker.stop({ timeoutMs: 0 });
  }
}
