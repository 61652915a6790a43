import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { findServerAccount } from '../../src/dev/server-account.js';
import { findFreePort } from '../../src/dev/supervisor/server-process.js';
import { withClient } from './database.js';
import { eventually } from './eventually.js';
import { pgBouncerSessions } from './pgbouncer-sessions.js';
import { makeTemporaryFolder } from './temporary-folder.js';

/** What PgBouncer itself sets in a session, for the client that has it. */
const ITS_OWN = ['application_name', 'client_encoding', 'DateStyle', 'standard_conforming_strings', 'TimeZone'];

/** Besides the channel on which it is tried whether notifications arrive. */
const LEFT = `
select 'setting ' || name || ' = ' || setting as line from pg_settings where source = 'session' and name !~ '^transaction_' and name <> all($1::text[])
union all select 'prepared statement ' || name from pg_prepared_statements
union all select 'cursor ' || name from pg_cursors where name <> ''
union all select 'listens to ' || channel from pg_listening_channels() channel where channel !~ ':probe$'
union all select locktype || ' lock' from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'`;

/** The system's PgBouncer, in transaction mode, before a database. */
export class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly remove: () => Promise<void>,
  ) {}

  /** @param sessions the most that it has with the server */
  static async start(database: string, sessions = 6): Promise<PgBouncer> {
    const { path: folder, remove } = await makeTemporaryFolder();
    const [target, port, account] = [new URL(database), await findFreePort(), await findServerAccount()];
    const file = path.join(folder, 'pgbouncer.ini');
    await writeFile(path.join(folder, 'users.txt'), `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    await writeFile(file, configuration(target, { port, folder, sessions }));
    // It refuses to run as root, as PostgreSQL does.
    if (account) await chown(folder, account.uid, account.gid);
    const child = spawn('pgbouncer', [file], { ...account, cwd: folder, stdio: 'ignore' });
    const through = new URL(database);
    through.host = `127.0.0.1:${port}`;
    const bouncer = new PgBouncer(through.href, child, remove);
    await eventually('PgBouncer answers', async () => {
      if (child.exitCode !== null) throw new Error(await readFile(path.join(folder, 'log'), 'utf8'));
      return withClient(through.href, () => Promise.resolve(true));
    });
    return bouncer;
  }

  /**
   * What its clients have left in the sessions that it has with the server, for whoever is given them next, a line each.
   * Looks when all clients are gone, so that no session has a right to anything.
   */
  async leftovers(): Promise<readonly string[]> {
    const { pids } = await pgBouncerSessions(this.url);
    const lines: string[] = [];
    await this.#everySession(pids.length, async (client) => {
      const { rows } = await client.query<{ line: string }>(LEFT, [ITS_OWN]);
      lines.push(...rows.map(({ line }) => line));
    });
    return lines.sort();
  }

  /** Runs work in every session that it has with the server, each held by a transaction of another client. */
  async #everySession(sessions: number, work: (client: pg.Client) => Promise<void>): Promise<void> {
    if (sessions === 0) return;
    await withClient(this.url, async (client) => {
      await client.query('begin');
      await work(client);
      await this.#everySession(sessions - 1, work);
      await client.query('commit');
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    await this.remove();
  }
}

interface Settings {
  readonly port: number;
  readonly folder: string;
  readonly sessions: number;
}

/** It keeps its sessions for as long as it runs, so that what is left in one can be found. */
function configuration(target: URL, { port, folder, sessions }: Settings): string {
  return `[databases]
* = host=${target.hostname} port=${target.port || 5432} dbname=${target.pathname.slice(1)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${folder}/users.txt
admin_users = ${target.username}
logfile = ${folder}/log
pool_mode = transaction
default_pool_size = ${sessions}
max_client_conn = 1000
server_idle_timeout = 0
server_lifetime = 86400
ignore_startup_parameters = extra_float_digits
`;
}
