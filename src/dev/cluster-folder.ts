import { access, chmod, constants, mkdir, mkdtemp, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { DevPostgresError } from './dev-postgres-error.js';
import { canTraverse, type ServerAccount } from './server-account.js';

/**
 * Our folder for everything that outlives a process: `$XDG_CACHE_HOME/rowlock` or `~/.cache/rowlock`, and a folder
 * under the temporary one where that cannot be written, or the server's account cannot get to it.
 */
export async function openCacheFolder(account: ServerAccount | undefined): Promise<string> {
  const configured = process.env['XDG_CACHE_HOME'];
  const cache = configured && path.isAbsolute(configured) ? configured : path.join(homedir(), '.cache');
  const inTemporary = `rowlock-${process.getuid?.() ?? userInfo().username}`;
  const candidates = [path.join(cache, 'rowlock'), path.join(tmpdir(), inTemporary), path.join('/tmp', inTemporary)];
  const refusals: string[] = [];
  for (const candidate of candidates) {
    try {
      return await openFolder(candidate, account);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new DevPostgresError(
    'POSTGRES_FOLDER_UNREACHABLE',
    `No folder for PostgreSQL's data: ${refusals.join('; ')}. Set XDG_CACHE_HOME to one that can be written, or set DATABASE_URL.`,
  );
}

/** Makes sure of a folder that others cannot write and that the server's account can pass through; answers its real path. */
export async function openFolder(folder: string, account: ServerAccount | undefined): Promise<string> {
  const created = await mkdir(folder, { recursive: true });
  const real = await realpath(folder);
  if (created) await chmod(real, folderMode(account));
  await refuseForeign(real);
  await access(real, constants.W_OK);
  if (await canTraverse(real, account)) return real;
  throw new DevPostgresError(
    'POSTGRES_FOLDER_UNREACHABLE',
    `${folder} is closed to the server's account (uid ${account?.uid}). Choose another folder, or chmod o+x it and those above`,
  );
}

/** A folder of its own for a server whose data is thrown away. */
export async function makeEphemeralFolder(cache: string, account: ServerAccount | undefined): Promise<string> {
  const folder = await mkdtemp(path.join(cache, EPHEMERAL_PREFIX));
  await chmod(folder, folderMode(account));
  return folder;
}

/** How the names of throw-away folders begin, so that leftovers can be found. */
export const EPHEMERAL_PREFIX = 'ephemeral-';

/** Set explicitly, whatever the umask: nobody else reads below, and the server's account still passes through. */
function folderMode(account: ServerAccount | undefined): number {
  return account ? 0o711 : 0o700;
}

/** Names under /tmp can be guessed: a folder that somebody else made or can write must not become our data. */
async function refuseForeign(folder: string): Promise<void> {
  const ours = process.getuid?.();
  const { uid, mode } = await stat(folder);
  if (ours === undefined || (uid === ours && (mode & 0o002) === 0)) return;
  throw new DevPostgresError(
    'POSTGRES_FOLDER_UNREACHABLE',
    `${folder} belongs to another user (uid ${uid}) or can be written by everyone. Remove it, or choose another folder`,
  );
}
