/** What `npm run bench` runs: installs what is missing, builds Rowlock and the bench, and runs it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.join(import.meta.dirname, '..');
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/**
 * Runs a program and ends with it if it fails. Its output goes to standard error, since standard output is the report's.
 * @param {string} folder
 * @param {string} command
 * @param {string[]} words
 */
function run(folder, command, ...words) {
  const { status } = spawnSync(command, words, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Whether node_modules hold what the lock file says, as npm itself has noted it.
 * @param {string} folder
 */
function isInstalled(folder) {
  const noted = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const wanted = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')).packages;
  const { packages } = JSON.parse(readFileSync(noted, 'utf8'));
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || packages[name]?.version === version,
  );
}

for (const folder of [root, import.meta.dirname]) {
  // Whatever npm was told about itself: a failure is to be seen.
  if (!isInstalled(folder)) run(folder, 'npm', 'ci', '--ignore-scripts', '--loglevel=error');
}
run(root, 'npm', 'run', '--loglevel=error', 'build');
run(import.meta.dirname, process.execPath, tsc, '-p', 'tsconfig.build.json');

// A signal from the terminal reaches the bench, too, which ends its servers: we only wait for it.
const bench = spawn(process.execPath, [path.join(import.meta.dirname, 'dist', 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.on('exit', (code) => process.exit(code ?? 1));
