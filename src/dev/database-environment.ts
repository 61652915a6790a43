/**
 * The URL of the database that the environment names: `DATABASE_URL`, or else `PGHOST`, `PGPORT`, `PGUSER`,
 * `PGPASSWORD`, `PGDATABASE`, `PGSSLMODE` with libpq's defaults; `undefined` if it names no server and no database.
 */
export function readDatabaseEnvironment(environment: NodeJS.ProcessEnv): string | undefined {
  const { DATABASE_URL, PGHOST, PGPORT, PGDATABASE, PGSSLMODE } = environment;
  if (DATABASE_URL) return DATABASE_URL;
  // PGUSER or PGPASSWORD alone are somebody's habit with psql, not a server.
  if (!PGHOST && !PGPORT && !PGDATABASE) return undefined;
  const user = environment['PGUSER'] ?? environment['USER'] ?? 'postgres';
  const password = environment['PGPASSWORD'] ? `:${encodeURIComponent(environment['PGPASSWORD'])}` : '';
  const port = PGPORT ? `:${PGPORT}` : '';
  const query = PGSSLMODE ? `?sslmode=${encodeURIComponent(PGSSLMODE)}` : '';
  const host = encodeURIComponent(PGHOST ?? 'localhost');
  return `postgresql://${encodeURIComponent(user)}${password}@${host}${port}/${encodeURIComponent(PGDATABASE ?? user)}${query}`;
}
