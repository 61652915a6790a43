import type { Container } from 'inversify';
import { DataSource } from 'typeorm';
import { startPostgres } from '../../src/dev/index.js';
import { createContainer, type CreateContainerOptions, Migrator, Worker } from '../../src/index.js';

/** An application with a PostgreSQL of its own. */
export interface OpenApplication {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly container: Container;
  /** Stops its worker, if it works, and its server. */
  readonly close: () => Promise<void>;
}

const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB' };

/** Starts a server and makes the schema; the worker is the caller's to start. */
export async function openApplication(options: Omit<CreateContainerOptions, 'dataSource'>): Promise<OpenApplication> {
  const server = await startPostgres({ ephemeral: true, settings: SETTINGS });
  const dataSource = await new DataSource({ type: 'postgres', url: server.url }).initialize();
  await new Migrator(dataSource).up();
  const container = await createContainer({ ...options, dataSource });
  const close = async (): Promise<void> => {
    await container.get(Worker).stop();
    await dataSource.destroy();
    await server.stop();
  };
  return { url: server.url, dataSource, container, close };
}
