import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { eventually } from './eventually.js';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** Variables by which the machine, or this test run, might name a database. */
const CLEAN = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(?:PG|DATABASE_URL|ROWLOCK_|WORKER_ID|NODE_OPTIONS|NO_COLOR|FORCE_)/.test(name),
  ),
);

export interface CliOptions {
  /** The folder of the application. Default: the repository. */
  readonly cwd?: string;
  /** Variables besides those of this process; none of these names a database. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The variables of a command: those of this process that name no database, and its own. */
export function commandEnvironment(env: CliOptions['env'] = {}): NodeJS.ProcessEnv {
  return { ...CLEAN, TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.json'), ...env };
}

/** How a command ended. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface CliProcess {
  readonly process: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Waits for a JSON line of its output that has that message. */
  line(message: string): Promise<Record<string, unknown>>;
}

/** Starts `rowlock` from its sources, in a process of its own. */
export function startCli(args: readonly string[], { cwd = ROOT, env }: CliOptions = {}): CliProcess {
  const child = spawn(process.execPath, ['--import', TSX, path.join(ROOT, 'src/cli/main.ts'), ...args], {
    cwd,
    env: commandEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => (written[name] += chunk.toString()));
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...written }));
  return {
    process: child,
    ended,
    line: (message) =>
      eventually(
        `the command logs "${message}"`,
        () => {
          const found = jsonLines(written.stdout).find((line) => line['message'] === message);
          if (!found && child.exitCode !== null) throw new Error(`it ended:\n${written.stdout}\n${written.stderr}`);
          return found;
        },
        { timeout: 60_000 },
      ),
  };
}

/** Runs `rowlock` to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** The complete lines of a log. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
