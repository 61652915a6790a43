import { readDatabaseEnvironment } from './database-environment.js';
import { startPostgres, type PostgresServer, type StartPostgresOptions } from './start-postgres.js';

/** A database to work with, wherever it comes from. */
export interface ResolvedDatabase extends Pick<PostgresServer, 'url' | 'stop'> {
  /** `environment`: a server of yours, which `stop` leaves alone; `embedded`: one that we started or joined. */
  readonly source: 'environment' | 'embedded';
}

/**
 * The database that `DATABASE_URL` or `PG*` name; the embedded development server where neither is set.
 *
 * @param options For the embedded server.
 * @throws DevPostgresError as `startPostgres` does.
 * @example
 * const { url, stop } = await resolveDatabase();
 */
export async function resolveDatabase(options: StartPostgresOptions = {}): Promise<ResolvedDatabase> {
  const url = readDatabaseEnvironment(process.env);
  if (url) return { url, source: 'environment', stop: () => Promise.resolve() };
  const { url: embedded, stop } = await startPostgres(options);
  return { url: embedded, source: 'embedded', stop };
}
