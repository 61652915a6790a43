import type pg from 'pg';
import { eventually } from './eventually.js';
import { pgBouncerSessions } from './pgbouncer-sessions.js';
import { testPoolerUrl } from './test-pooler-url.js';

/**
 * Waits until no session of that application name is left. PostgreSQL notices a closed connection a moment later; a
 * session that stays was leaked by the test: it is ended here, so that its locks do not block the next, and reported.
 */
export async function sessionsEnd(client: pg.Client, applicationName: string): Promise<void> {
  try {
    await eventually('no session is left', async () => (await sessionsOf(client, applicationName)).length === 0, {
      timeout: 3_000,
    });
  } catch (cause) {
    const left = await sessionsOf(client, applicationName);
    await client.query('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [left.map(({ pid }) => pid)]);
    const queries = left.map(({ query }) => `  ${query}`).join('\n');
    throw new Error(`The test left ${left.length} database sessions open; their last statements:\n${queries}`, {
      cause,
    });
  }
}

interface Session {
  /** Null: it is the pooler's client, which has a session of the server for each transaction. */
  readonly pid: number | null;
  readonly query: string;
}

/** The sessions of that application name, straight ones and those of the run's pooler. @param client a straight one */
export async function sessionsOf(client: pg.Client, applicationName: string): Promise<readonly Session[]> {
  const pooler = testPoolerUrl();
  const pooled = pooler ? await pgBouncerSessions(pooler) : { clients: [], pids: [] };
  const { rows } = await client.query<Session>(
    'select pid, query from pg_stat_activity where application_name = $1 and pid <> all($2::int[])',
    [applicationName, pooled.pids],
  );
  const clients = pooled.clients.filter((name) => name === applicationName);
  return [...rows, ...clients.map(() => ({ pid: null, query: 'a client of the pooler' }))];
}
