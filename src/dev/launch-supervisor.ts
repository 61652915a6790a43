import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DevPostgresError } from './dev-postgres-error.js';
import type { SupervisorRequest } from './supervisor/request.js';

/**
 * Starts a supervisor and waits until it has the folder, or has found that another was faster: then that one serves.
 *
 * @throws DevPostgresError `POSTGRES_START_FAILED` if the process ends without a word.
 */
export async function launchSupervisor(request: SupervisorRequest): Promise<void> {
  const logFile = path.join(request.folder, 'supervisor.log');
  const log = await open(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [...supervisorProgram(), JSON.stringify(request)], {
    // A session of its own, away from the terminal's signals; and not in a folder that somebody may want to delete.
    detached: true,
    cwd: path.dirname(request.folder),
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    windowsHide: true,
  });
  const word = await new Promise((resolve, reject) => {
    child.once('message', resolve).once('error', reject).once('exit', resolve);
  }).finally(() => log.close());
  child.unref();
  if (word === 'claimed' || word === 'taken') return;
  throw new DevPostgresError(
    'POSTGRES_START_FAILED',
    `The supervisor of PostgreSQL ended with ${String(word)}:\n${await readFile(logFile, 'utf8')}\nSet DATABASE_URL to do without it.`,
  );
}

/** Compiled, Node runs it; from our own sources, tsx compiles it on the way. */
function supervisorProgram(): string[] {
  const extension = path.extname(fileURLToPath(import.meta.url));
  const program = fileURLToPath(new URL(`./supervisor/main${extension}`, import.meta.url));
  if (extension === '.js') return [program];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, program];
}
