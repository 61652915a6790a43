/**
 * Runs jest against a throw-away cluster of PostgreSQL that the system has installed:
 * `test-on-installed-postgres.ts <folder with initdb and postgres> [arguments for jest]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { OwnServer } from '../own-server.js';

const [bin, ...jestArguments] = process.argv.slice(2);
if (!bin) throw new Error('usage: test-on-installed-postgres.ts <bin folder> [arguments for jest]');

// Ctrl-C reaches jest as well; we wait for its end, and then stop the server.
process.on('SIGINT', () => undefined);
const server = await OwnServer.start({ bin, settings: { synchronous_commit: 'off' } });
try {
  process.exitCode = await runJest(server.url);
} finally {
  await server.remove();
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
