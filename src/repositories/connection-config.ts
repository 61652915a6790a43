import type { ClientConfig, PoolClient } from 'pg';
import type { Database } from './database.js';
import { type ClientState, stateOf } from './pg-client.js';

const CONNECT_MS = 10_000;

/**
 * How to make a connection of our own to where the data source is connected: LISTEN and the heartbeat need one outside of
 * its pool.
 */
export async function connectionConfig(database: Database, purpose: string): Promise<ClientConfig> {
  const runner = database.dataSource.createQueryRunner('master');
  try {
    return configLike(stateOf((await runner.connect()) as PoolClient), purpose);
  } finally {
    await runner.release();
  }
}

/** Read off a connection rather than off the options, which may be a URL, a list of hosts or a function. */
export function configLike({ connectionParameters, password, ssl }: ClientState, purpose: string): ClientConfig {
  const { user, host, port, database, application_name: application } = connectionParameters;
  return {
    user,
    host,
    port,
    database,
    password: password ?? undefined,
    ssl: ssl ?? false,
    application_name: application ?? `rowlock ${purpose}`,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
  };
}
