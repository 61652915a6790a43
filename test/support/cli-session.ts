import { afterAll, beforeAll } from '@jest/globals';
import { commandEnvironment, ROOT, type runCli } from './cli.js';
import { type Program, runProgram } from './program.js';
import type { CommandLine } from './programs/run-commands.js';

/**
 * `runCli` for the tests of a file, but that one process runs the commands, one after the other: to load the sources takes
 * ten times as long as most commands do.
 */
export function useCliSession(): typeof runCli {
  let program: Program;
  beforeAll(async () => {
    program = runProgram('run-commands', []);
    await program.nextLine();
  }, 60_000);
  afterAll(() => program.kill('SIGKILL'));
  return async (args, { cwd = ROOT, env = {} } = {}) => {
    const line: CommandLine = { args, cwd, env: commandEnvironment(env) };
    program.tell(JSON.stringify(line));
    return JSON.parse(await program.nextLine()) as Awaited<ReturnType<typeof runCli>>;
  };
}
