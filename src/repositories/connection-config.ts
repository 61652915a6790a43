import type { ClientConfig } from 'pg';
import type { Database } from './database.js';

interface ConnectedClient {
  readonly connectionParameters: {
    readonly user?: string;
    readonly database?: string;
    readonly host?: string;
    readonly port?: number;
    readonly application_name?: string;
  };
  readonly password?: string | null;
  readonly ssl?: ClientConfig['ssl'];
}

/**
 * How to make a connection of our own to where the data source is connected: LISTEN and the heartbeat need one outside of
 * its pool. Read off a connection rather than off the options, which may be a URL, a list of hosts or a function.
 */
export async function connectionConfig(database: Database, purpose: string): Promise<ClientConfig> {
  const runner = database.dataSource.createQueryRunner('master');
  try {
    const { connectionParameters, password, ssl } = (await runner.connect()) as ConnectedClient;
    const { user, host, port, application_name: application } = connectionParameters;
    return {
      user,
      host,
      port,
      database: connectionParameters.database,
      password: password ?? undefined,
      ssl: ssl ?? false,
      application_name: application ?? `rowlock ${purpose}`,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    };
  } finally {
    await runner.release();
  }
}
