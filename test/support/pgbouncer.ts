import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { findServerAccount } from '../../src/dev/server-account.js';
import { findFreePort } from '../../src/dev/supervisor/server-process.js';
import { withClient } from './database.js';
import { eventually } from './eventually.js';
import { makeTemporaryFolder } from './temporary-folder.js';

const SESSIONS = 6;

/** The system's PgBouncer, in transaction mode, before a database. */
export class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly remove: () => Promise<void>,
  ) {}

  static async start(database: string): Promise<PgBouncer> {
    const { path: folder, remove } = await makeTemporaryFolder();
    const [target, port, account] = [new URL(database), await findFreePort(), await findServerAccount()];
    const file = path.join(folder, 'pgbouncer.ini');
    await writeFile(path.join(folder, 'users.txt'), `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    await writeFile(file, configuration(target, port, folder));
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

  /** Runs work in every session that it has with the server, each held by a transaction of another client. */
  async everySession(work: (client: pg.Client) => Promise<void>, sessions = SESSIONS): Promise<void> {
    if (sessions === 0) return;
    await withClient(this.url, async (client) => {
      await client.query('begin');
      await work(client);
      await this.everySession(work, sessions - 1);
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

function configuration({ hostname, port, pathname }: URL, listenPort: number, folder: string): string {
  return `[databases]
* = host=${hostname} port=${port || 5432} dbname=${pathname.slice(1)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = plain
auth_file = ${folder}/users.txt
logfile = ${folder}/log
pool_mode = transaction
default_pool_size = ${SESSIONS}
max_client_conn = 500
ignore_startup_parameters = extra_float_digits
`;
}
