import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of `test/support/programs` that runs in a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  /** The next line of its output; fails with what it wrote to stderr if it ends before. */
  nextLine(): Promise<string>;
  /** Writes a line to its input. */
  tell(command: string): void;
  /** Sends a signal and waits until the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  readonly ended: Promise<void>;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Starts a program through tsx. */
export function runProgram(name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const file = path.join(root, 'test/support/programs', `${name}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(() => undefined);
  return {
    process: child,
    ended,
    nextLine: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended without the awaited line. It complained:\n${complaints}`);
      return value;
    },
    tell: (command) => child.stdin.write(`${command}\n`),
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
