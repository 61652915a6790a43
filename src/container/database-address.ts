import type { PostgresOptions } from './postgres-options.js';

/** Where a DataSource connects, as `host:port/database`, for people to read: never with the password. */
export function databaseAddress(options: PostgresOptions): string {
  const { url, host, port, database } = { ...options, ...options.replication?.master };
  const named = url ? fromUrl(url) : { host, port, database };
  const environment = process.env;
  const place = `${named.host ?? environment['PGHOST'] ?? 'localhost'}:${named.port ?? environment['PGPORT'] ?? 5432}`;
  const name = named.database ?? environment['PGDATABASE'];
  return name ? `${place}/${name}` : place;
}

/** Whether the options say which database; if not, node-postgres takes what `PG*` say, or its own defaults. */
export function namesDatabase(options: PostgresOptions): boolean {
  const { url, host, port, database } = { ...options, ...options.replication?.master };
  const { connectionString, host: socket } = (options.extra ?? {}) as { connectionString?: unknown; host?: unknown };
  return [url, host, port, database, connectionString, socket].some((given) => given !== undefined && given !== '');
}

function fromUrl(text: string): { host?: string; port?: string; database?: string } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) return { host: 'a URL that cannot be read' };
  return {
    host: url.searchParams.get('host') ?? (decodeURIComponent(url.hostname) || undefined),
    port: url.searchParams.get('port') ?? (url.port || undefined),
    database: decodeURIComponent(url.pathname.slice(1)) || undefined,
  };
}
