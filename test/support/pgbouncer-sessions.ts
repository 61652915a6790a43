import pg from 'pg';

/** Who is connected to a PgBouncer, and what it is connected to. */
export interface PgBouncerSessions {
  /** The application names of its clients. */
  readonly clients: readonly string[];
  /** The processes of the server that it has sessions with; an idle one keeps the name of its last client. */
  readonly pids: readonly number[];
}

/** Asks PgBouncer's console. @param url of a database by way of it */
export async function pgBouncerSessions(url: string): Promise<PgBouncerSessions> {
  const console = new URL(url);
  console.pathname = '/pgbouncer';
  const client = new pg.Client({ connectionString: console.href });
  await client.connect();
  try {
    const clients = await client.query<{ application_name: string }>('show clients');
    const servers = await client.query<{ remote_pid: number }>('show servers');
    return {
      clients: clients.rows.map(({ application_name: name }) => name),
      pids: servers.rows.map(({ remote_pid: pid }) => pid),
    };
  } finally {
    await client.end();
  }
}
