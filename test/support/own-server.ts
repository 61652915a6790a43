import { execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { openCacheFolder } from '../../src/dev/cluster-folder.js';
import { findNativePackage, prepareNative } from '../../src/dev/native-package.js';
import { findServerAccount, type ServerAccount } from '../../src/dev/server-account.js';
import type { Cluster } from '../../src/dev/supervisor/cluster.js';
import { readPostmasterFile } from '../../src/dev/supervisor/postmaster.js';
import { serverEnvironment } from '../../src/dev/supervisor/server-environment.js';
import { startServerProcess, type ServerProcess } from '../../src/dev/supervisor/server-process.js';
import { eventually } from './eventually.js';
import { makeTemporaryFolder } from './temporary-folder.js';

/** What a server is made with. */
export interface OwnServerOptions {
  /** Folder of an installed PostgreSQL with `initdb` and `postgres`. Default: that of the embedded one. */
  readonly bin?: string;
  /** Besides those that every server of a test has. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its data go; `remove` removes it. Default: a temporary folder. */
  readonly folder?: string;
  /** Fills the data folder, which is there and empty. Default: a new cluster. */
  readonly fill?: (server: OwnServer) => Promise<void>;
}

/** A crash of the server loses nothing, one of the machine may; and recovery takes seconds. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB', checkpoint_timeout: '30s' };
const [USER, PASSWORD] = ['postgres', 'password'];

/** A PostgreSQL of a test's own, which it may crash, and start again at the same address. */
export class OwnServer {
  readonly cluster: Cluster;
  #settings: Readonly<Record<string, string>>;
  #process: ServerProcess | null = null;

  private constructor(
    readonly bin: string,
    folder: string,
    readonly account: ServerAccount | undefined,
    settings: Readonly<Record<string, string>>,
  ) {
    const [data, log] = [path.join(folder, 'data'), path.join(folder, 'postgres.log')];
    this.cluster = { folder, data, log, user: USER, password: PASSWORD };
    this.#settings = { ...SETTINGS, ...settings };
  }

  /** Makes a server and starts it. */
  static async start({ bin, settings = {}, folder, fill = initialise }: OwnServerOptions = {}): Promise<OwnServer> {
    const account = await findServerAccount();
    const place = folder ?? (await makeTemporaryFolder()).path;
    const server = new OwnServer(bin ?? (await embedded(account)), place, account, settings);
    await mkdir(server.cluster.data, { mode: 0o700 });
    if (account) await chown(server.cluster.data, account.uid, account.gid);
    await fill(server);
    await server.start();
    return server;
  }

  get url(): string {
    if (!this.#process) throw new Error('the server has not been started');
    return this.#process.url;
  }

  get port(): string {
    return new URL(this.url).port;
  }

  /** Resolves when it takes connections; after a crash it recovers first. What a killed one left may still be ending. */
  async start(): Promise<void> {
    const { bin, cluster, account } = this;
    const begin = (): Promise<ServerProcess> =>
      startServerProcess({ bin, version: '' }, cluster, account, this.#settings);
    this.#process = await eventually('the server starts', begin, { timeout: 60_000, interval: 300 });
    this.#settings = { ...this.#settings, port: this.port };
  }

  /** `immediate` throws the data to crash recovery. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await this.#process?.stop(mode);
  }

  /** Kills the postmaster alone, as an out-of-memory killer does. */
  async kill(): Promise<void> {
    const file = await readPostmasterFile(this.cluster.data);
    if (file) process.kill(file.pid, 'SIGKILL');
    await this.#process?.ended;
  }

  /** Stops it, and removes its data. */
  async remove(): Promise<void> {
    await this.stop('immediate');
    await rm(this.cluster.folder, { recursive: true, force: true });
  }

  /** Runs a program of this PostgreSQL as the account of the server. */
  async run(program: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(path.join(this.bin, program), [...args], {
      ...this.account,
      cwd: this.cluster.folder,
      env: { ...serverEnvironment(), PGPASSWORD: PASSWORD },
    });
  }
}

async function initialise(server: OwnServer): Promise<void> {
  const { folder, data } = server.cluster;
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  const flags = ['-D', data, '-U', USER, '--auth=scram-sha-256', '--pwfile', passwordFile];
  await server.run('initdb', [...flags, '--no-sync', '--encoding=UTF8', '--locale=C.UTF-8']);
}

async function embedded(account: ServerAccount | undefined): Promise<string> {
  const cache = await openCacheFolder(account);
  return (await prepareNative(await findNativePackage(), cache, account)).bin;
}
