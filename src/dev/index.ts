/**
 * A real PostgreSQL for development and tests, without Docker and without an installation.
 *
 * @module
 */
export { DevPostgresError } from './dev-postgres-error.js';
export { readDatabaseEnvironment } from './database-environment.js';
export { resolveDatabase, type ResolvedDatabase } from './resolve-database.js';
export { startPostgres, type PostgresServer, type StartPostgresOptions } from './start-postgres.js';
