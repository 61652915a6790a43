import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DevPostgresError } from './dev-postgres-error.js';

/** The operating system account that runs the server. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root hands it to `postgres`, or to `nobody` where there is no such user: an
 * account is never created, because a test run has no business in /etc/passwd. Anyone else runs it as themselves
 * (`undefined`).
 */
export async function findServerAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account) return account;
  throw new DevPostgresError(
    'POSTGRES_START_FAILED',
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody". ' +
      'Create one (useradd --system postgres), run as another user, or set DATABASE_URL.',
  );
}

async function lookUp(name: string): Promise<ServerAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([id('-u', name), id('-g', name)]);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

async function id(flag: '-u' | '-g', name: string): Promise<number> {
  const { stdout } = await promisify(execFile)('id', [flag, name]);
  return Number.parseInt(stdout, 10);
}

/** Whether the account may pass through every folder of an absolute, real path (a clone under /root often is closed). */
export async function canTraverse(folder: string, account: ServerAccount | undefined): Promise<boolean> {
  if (!account) return true;
  for (let current = folder; ; current = path.dirname(current)) {
    const { uid, gid, mode } = await stat(current);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (current === path.dirname(current)) return true;
  }
}
