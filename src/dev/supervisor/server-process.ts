import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DevPostgresError } from '../dev-postgres-error.js';
import type { NativePostgres } from '../native-package.js';
import type { ServerAccount } from '../server-account.js';
import type { Cluster } from './cluster.js';
import { readPostmasterFile } from './postmaster.js';
import { serverEnvironment } from './server-environment.js';

/** How long a server gets to stop before it is told to stop at once. */
const STOP_PATIENCE = 20_000;

/** A running server. */
export interface ServerProcess {
  readonly url: string;
  /** Resolves when the process has ended, asked or not. */
  readonly ended: Promise<void>;
  /** `fast` rolls back and writes a checkpoint; `immediate` throws the data to crash recovery. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
}

/** Starts the server on the port of its settings, or on a free loopback port, and another when somebody took it meanwhile. */
export async function startServerProcess(
  native: NativePostgres,
  cluster: Cluster,
  account: ServerAccount | undefined,
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    const port = Number(settings['port'] ?? (await findFreePort()));
    const child = await spawnServer(native, cluster, account, { ...DEFAULTS, ...settings, port: String(port) });
    if (await becomesReady(child, cluster.data)) return describe(child, cluster, port);
    const log = await readFile(cluster.log, 'utf8');
    if (attempt < 5 && log.includes('Address already in use')) continue;
    throw new DevPostgresError(
      'POSTGRES_START_FAILED',
      `PostgreSQL did not start in ${cluster.data}:\n${log.trim().split('\n').slice(-10).join('\n')}\n` +
        'Mend what it names; or delete that folder, which deletes its data; or set DATABASE_URL to a server that runs.',
    );
  }
}

/** Loopback only, and no socket file, whose path would have to be short and reachable. */
const DEFAULTS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };

async function spawnServer(
  native: NativePostgres,
  cluster: Cluster,
  account: ServerAccount | undefined,
  settings: Record<string, string>,
): Promise<ChildProcess> {
  const log = await open(cluster.log, 'w', 0o600);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(path.join(native.bin, 'postgres'), ['-D', cluster.data, ...flags], {
    ...account,
    cwd: cluster.folder,
    env: serverEnvironment(),
    stdio: ['ignore', log.fd, log.fd],
    windowsHide: true,
  });
  await once(child, 'spawn').finally(() => log.close());
  return child;
}

async function becomesReady(child: ChildProcess, data: string): Promise<boolean> {
  while (isRunning(child)) {
    const file = await readPostmasterFile(data);
    if (file?.ready && file.pid === child.pid) return true;
    await delay(10);
  }
  return false;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function describe(child: ChildProcess, cluster: Cluster, port: number): ServerProcess {
  const ended = isRunning(child) ? once(child, 'exit').then(() => undefined) : Promise.resolve();
  return {
    url: `postgresql://${cluster.user}:${cluster.password}@127.0.0.1:${port}/postgres`,
    ended,
    stop: async (mode) => {
      child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      const tooSlow = new AbortController();
      const escalation = delay(STOP_PATIENCE, undefined, { signal: tooSlow.signal }).then(
        () => child.kill('SIGQUIT'),
        () => undefined,
      );
      await ended;
      tooSlow.abort();
      await escalation;
    },
  };
}

/** A port of the loopback interface that nobody uses at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
