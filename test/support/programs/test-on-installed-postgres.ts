/**
 * Runs jest against a throw-away cluster of PostgreSQL that the system has installed:
 * `test-on-installed-postgres.ts <folder with initdb and postgres> [arguments for jest]`.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findServerAccount } from '../../../src/dev/server-account.js';
import { serverEnvironment } from '../../../src/dev/supervisor/server-environment.js';
import { startServerProcess } from '../../../src/dev/supervisor/server-process.js';
import { makeTemporaryFolder } from '../temporary-folder.js';

const [bin, ...jestArguments] = process.argv.slice(2);
if (!bin) throw new Error('usage: test-on-installed-postgres.ts <bin folder> [arguments for jest]');

// Ctrl-C reaches jest as well; we wait for its end, and then stop the server.
process.on('SIGINT', () => undefined);
const folder = await makeTemporaryFolder();
try {
  process.exitCode = await testOn(bin, folder.path);
} finally {
  await folder.remove();
}

async function testOn(bin: string, folder: string): Promise<number> {
  const account = await findServerAccount();
  const cluster = {
    folder,
    data: path.join(folder, 'data'),
    log: path.join(folder, 'postgres.log'),
    user: 'postgres',
    password: 'password',
  };
  const passwordFile = path.join(folder, 'password');
  await mkdir(cluster.data, { mode: 0o700 });
  await writeFile(passwordFile, cluster.password);
  if (account) await chown(cluster.data, account.uid, account.gid);
  const flags = ['-D', cluster.data, '-U', cluster.user, '--auth=scram-sha-256', '--pwfile', passwordFile, '--no-sync'];
  await promisify(execFile)(path.join(bin, 'initdb'), [...flags, '--encoding=UTF8', '--locale=C.UTF-8'], {
    ...account,
    cwd: folder,
    env: serverEnvironment(),
  });
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const server = await startServerProcess({ bin, version: '' }, cluster, account, settings);
  try {
    return await runJest(server.url);
  } finally {
    await server.stop('immediate');
  }
}

async function runJest(url: string): Promise<number> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['test', '--', ...jestArguments], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
