import type pg from 'pg';
import { eventually } from './eventually.js';

/**
 * Waits until no session of that application name is left. PostgreSQL notices a closed connection a moment later; a
 * session that stays was leaked by the test: it is ended here, so that its locks do not block the next, and reported.
 */
export async function sessionsEnd(client: pg.Client, applicationName: string): Promise<void> {
  try {
    await eventually('no session is left', async () => (await countSessions(client, applicationName)) === 0, {
      timeout: 3_000,
    });
  } catch (cause) {
    const { rows } = await client.query<{ query: string }>(
      `select query, pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`,
      [applicationName],
    );
    const queries = rows.map(({ query }) => `  ${query}`).join('\n');
    throw new Error(`The test left ${rows.length} database sessions open; their last statements:\n${queries}`, {
      cause,
    });
  }
}

async function countSessions(client: pg.Client, applicationName: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where application_name = $1`,
    [applicationName],
  );
  return rows[0]?.count ?? 0;
}
