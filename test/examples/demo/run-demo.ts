import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const DATABASE = /^(DATABASE_URL|PG\w+|ROWLOCK_SCHEMA)$/;

/** A demo in a process group of its own, as a terminal starts it. */
export interface RunningDemo {
  readonly pid: number;
  /** Everything that it has printed so far, errors included. */
  readonly output: string;
  /** Its last line so far. */
  readonly lastLine: string;
  /** The code that it exited with; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What Ctrl-C does: every process of the group gets the signal. */
  signalGroup(signal: NodeJS.Signals): void;
}

/**
 * Starts the demo, with no database named but in `environment`.
 * @param command default: as `npm run demo` does, without npm
 */
export function runDemo(
  args: readonly string[],
  environment: Record<string, string>,
  command: readonly string[] = [process.execPath, '--import', 'tsx', 'examples/demo/main.ts'],
): RunningDemo {
  const inherited = Object.entries(process.env).filter(([name]) => !DATABASE.test(name) && !name.startsWith('npm_'));
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const pid = child.pid ?? 0;
  return {
    pid,
    ended: once(child, 'close').then(([code]) => code as number | null),
    get output() {
      return output;
    },
    get lastLine() {
      return output.trimEnd().split('\n').at(-1) ?? '';
    },
    signalGroup: (signal) => process.kill(-pid, signal),
  };
}
