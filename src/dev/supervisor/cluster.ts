import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DevPostgresError } from '../dev-postgres-error.js';
import type { NativePostgres } from '../native-package.js';
import type { ServerAccount } from '../server-account.js';
import { serverEnvironment } from './server-environment.js';

/** A data folder that `initdb` has filled, and how to get in. */
export interface Cluster {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly user: string;
  readonly password: string;
}

/** What `openCluster` is given. */
export interface ClusterOptions {
  readonly folder: string;
  readonly native: NativePostgres;
  readonly account: ServerAccount | undefined;
  /** Skip the flush to disk, which only matters when the machine goes down. */
  readonly ephemeral: boolean;
}

const USER = 'postgres';

/** Opens the cluster of a folder, and makes it first where there is none. Only the holder of the folder's claim may. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const data = path.join(options.folder, 'data');
  const passwordFile = path.join(options.folder, 'password');
  const exists = await access(data).then(
    () => true,
    () => false,
  );
  if (!exists) await createCluster(options, data, passwordFile);
  const password = await readFile(passwordFile, 'utf8');
  return { folder: options.folder, data, log: path.join(options.folder, 'postgres.log'), user: USER, password };
}

async function createCluster(options: ClusterOptions, data: string, passwordFile: string): Promise<void> {
  const { account } = options;
  const draft = `${data}.new`;
  // A draft that is there was left by an initdb that was killed.
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account) {
    await chown(draft, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  await runInitdb(options, draft, passwordFile);
  await rename(draft, data);
}

async function runInitdb({ native, account, folder, ephemeral }: ClusterOptions, data: string, passwordFile: string) {
  // A password even on loopback: a superuser of the database can run programs as the account, so on a shared machine
  // "trust" would let every local user in. The builtin locale is the same on every system.
  const flags = [
    ...['-D', data, '--username', USER, '--auth=scram-sha-256', '--pwfile', passwordFile],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(ephemeral ? ['--no-sync'] : []),
  ];
  try {
    await promisify(execFile)(path.join(native.bin, 'initdb'), flags, {
      ...account,
      cwd: folder,
      env: serverEnvironment(),
    });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new DevPostgresError(
      'POSTGRES_START_FAILED',
      `initdb could not make a cluster in ${data}: ${stderr.trim() || String(error)}. ` +
        'Mend what it names, or set DATABASE_URL to a server that runs.',
      { cause: error },
    );
  }
}
