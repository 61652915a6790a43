import { DataSource } from 'typeorm';
import { DatabaseUnreachableError } from '../core/errors.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import { databaseAddress } from './database-address.js';
import { postgresOptions, type PostgresOptions } from './postgres-options.js';

/**
 * Runs work on a connection of its own to where a DataSource connects, and closes it. The DataSource itself may be
 * initialised or not, and what it does on connecting (schema synchronisation, migrations, extensions) is not done.
 * @throws DatabaseUnreachableError naming host, port and database
 */
export async function withOwnConnection<T>(
  options: PostgresOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource(ownConnection(options));
  try {
    await dataSource.initialize().catch((error: unknown) => Promise.reject(unreachable(options, error)));
    return await work(dataSource);
  } catch (error) {
    throw sqlFailure(error) === 'connection' ? unreachable(options, error) : error;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

/** The error for a database that does not answer, or does not let us in. */
export function unreachable(options: PostgresOptions, error: unknown): DatabaseUnreachableError {
  if (error instanceof DatabaseUnreachableError) return error;
  // An invalid URL is quoted by its error, password and all.
  const cause = (error as { code?: unknown } | null)?.code === 'ERR_INVALID_URL' ? undefined : error;
  return new DatabaseUnreachableError(databaseAddress(options), reasonOf(error), { cause });
}

function ownConnection(options: PostgresOptions): PostgresOptions {
  const { replication, ...rest } = options;
  const extra = rest.extra as object | undefined;
  return {
    ...rest,
    ...replication?.master,
    connectTimeoutMS: options.connectTimeoutMS ?? 10_000,
    // A migration takes as long as it takes; and a time-out of pg's own would leave its transaction open.
    extra: { ...extra, max: 1, query_timeout: undefined, statement_timeout: undefined },
    schema: undefined,
    entities: [],
    migrations: [],
    subscribers: [],
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
    installExtensions: false,
    logging: false,
    cache: false,
  };
}

/** A host of several addresses fails with one error for each and no message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as { code?: string }).code || error.name;
}

/** A DataSource for a database, with no entities. */
export function dataSourceAt(url: string): DataSource {
  return new DataSource({ type: 'postgres', url });
}

/** Makes a DataSource that is not initialised connect elsewhere; everybody who holds it follows. */
export function connectTo(dataSource: DataSource, url: string): DataSource {
  const database = decodeURIComponent(new URL(url).pathname.slice(1)) || undefined;
  const nothing = {
    host: undefined,
    port: undefined,
    username: undefined,
    password: undefined,
    replication: undefined,
  };
  return dataSource.setOptions({ ...postgresOptions(dataSource), ...nothing, url, database });
}
