import pg from 'pg';
import { ProcessTable } from '../machine/processes.js';
import { loadRowlockDev } from '../rowlock-build.js';
import { type LoggedPlan, loggedPlans, setPlanLog } from './logged-plan.js';
import { reload } from './reload.js';
import type { Server } from './server.js';
import { type StatementCost, statementCosts } from './statement-cost.js';

/** What differs from PostgreSQL's defaults; commits are durable. */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  max_connections: '200',
  shared_preload_libraries: 'pg_stat_statements',
};

/** A PostgreSQL of the bench's own, with a database for each measure. */
export class Postgres implements Server {
  #databases = 0;

  private constructor(
    readonly version: string,
    /** Of the postmaster. */
    readonly pid: number,
    private readonly url: string,
    private readonly admin: pg.Client,
    private readonly release: () => Promise<void>,
  ) {}

  /**
   * @param rowlock the folder of the Rowlock that starts it
   * @param settings besides those that are always made
   */
  static async start(rowlock: string, settings: Readonly<Record<string, string>> = {}): Promise<Postgres> {
    const { startPostgres } = await loadRowlockDev(rowlock);
    const server = await startPostgres({ ephemeral: true, settings: { ...POSTGRES_SETTINGS, ...settings } });
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query('create extension pg_stat_statements');
    // Whoever counts statements switches it on for itself: it costs a little.
    await track(admin, 'none');
    const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid');
    const postmaster = ProcessTable.read().parent(rows[0]?.pid ?? 0);
    if (!postmaster) throw new Error('The server is not on this machine: its processor time cannot be read.');
    return new Postgres(server.version, postmaster, server.url, admin, server.stop);
  }

  /** Makes an empty database, with a checkpoint behind it. */
  async fresh(): Promise<string> {
    const name = `bench_${++this.#databases}`;
    await this.admin.query(`create database ${name}`);
    await this.admin.query('checkpoint');
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async discard(url: string): Promise<void> {
    await this.admin.query(`drop database if exists ${nameOf(url)} with (force)`);
  }

  async countQueries(url: string): Promise<() => Promise<number>> {
    const end = await this.watchStatements(url);
    return async () => (await end()).reduce((sum, { calls }) => sum + calls, 0);
  }

  async watchStatements(url: string): Promise<() => Promise<readonly StatementCost[]>> {
    await track(this.admin, 'top');
    await this.admin.query('select pg_stat_statements_reset()');
    return async () => {
      const costs = await statementCosts(this.admin, nameOf(url));
      await track(this.admin, 'none');
      return costs;
    };
  }

  async logPlans(url: string): Promise<() => Promise<readonly LoggedPlan[]>> {
    await setPlanLog(this.admin, true);
    return async () => {
      await setPlanLog(this.admin, false);
      return loggedPlans(this.admin, nameOf(url));
    };
  }

  async stop(): Promise<void> {
    await this.admin.end();
    await this.release();
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** Not by the command line, which nothing could overrule later. */
async function track(admin: pg.Client, what: 'top' | 'none'): Promise<void> {
  await admin.query(`alter system set pg_stat_statements.track = '${what}'`);
  await reload(admin);
}
