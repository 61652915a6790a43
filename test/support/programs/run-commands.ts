/**
 * Runs one command line of `rowlock` after the other, in a process that has loaded the sources: a JSON line of its input
 * says which, where and with which variables, a JSON line of its output what came of it.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { runCli } from '../../../src/cli/cli.js';

export interface CommandLine {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const answer = process.stdout.write.bind(process.stdout);

answer('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array): boolean => {
      written[name] += String(text);
      return true;
    };
  }
  const { args, cwd, env } = JSON.parse(line) as CommandLine;
  process.chdir(cwd);
  process.env = env;
  const code = await runCli(args);
  answer(`${JSON.stringify({ code, ...written })}\n`);
}
// What handlers have left open must not keep it.
process.exit();
