import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DevPostgresError } from '../dev-postgres-error.js';

/** What a running server writes into its data folder. */
interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** How long a server gets for each stronger request to end. */
const PATIENCE = 15_000;

/** Reads `postmaster.pid`, whose eighth line is the server's state. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return Number.isNaN(pid) ? undefined : { pid, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Clears the way after a supervisor that was killed: ends the server that it left behind, or removes the file of one
 * that is gone. The system may have given the number to another process since, which PostgreSQL would take for a
 * server and which we must not touch, so the process is asked what it runs.
 */
export async function stopOrphan(data: string): Promise<void> {
  const file = await readPostmasterFile(data);
  // Windows does not tell what a process runs; there PostgreSQL itself refuses a folder that is in use.
  if (!file || process.platform === 'win32') return;
  // SIGINT: roll back and close; SIGQUIT: at once, and recover at the next start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isServerOf(data, file.pid))) break;
    process.kill(file.pid, signal);
    if (await hasEnded(data, file.pid, Date.now() + PATIENCE)) break;
  }
  if (await isServerOf(data, file.pid)) {
    throw new DevPostgresError(
      'POSTGRES_START_FAILED',
      `A PostgreSQL left behind in ${data} (pid ${file.pid}) does not stop. End it, then try again.`,
    );
  }
  const rest = await readPostmasterFile(data);
  if (rest?.pid === file.pid) await rm(path.join(data, 'postmaster.pid'), { force: true });
}

async function hasEnded(data: string, pid: number, deadline: number): Promise<boolean> {
  while (Date.now() < deadline) {
    if (!(await isServerOf(data, pid))) return true;
    await delay(20);
  }
  return false;
}

/** Whether the process is a live PostgreSQL on exactly this data folder. A zombie has no command line and is not. */
async function isServerOf(data: string, pid: number): Promise<boolean> {
  const words = await readCommandLine(pid);
  const program = path.basename(words[0] ?? '');
  return program.startsWith('postgres') && words.join(' ').includes(`-D ${data} `);
}

async function readCommandLine(pid: number): Promise<string[]> {
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return stdout.trim().split(' ');
  } catch {
    return [];
  }
}
