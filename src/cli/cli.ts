import yargs, { type Argv } from 'yargs';
import { DefinitionError } from '../core/errors.js';
import { VERSION } from '../version.js';
import type { Command } from './define-command.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-code.js';
import { GLOBAL_OPTIONS } from './global-options.js';
import { Output } from './output.js';
import { readSettings, type Settings } from './settings.js';

type Load = () => Promise<unknown>;

/** Of each command: what it is for, and where it is. */
type Commands = Readonly<Record<string, readonly [what: string, load: Load]>>;

const MIGRATIONS: Commands = {
  up: ['Make the tables, or bring them up to date', async () => (await import('./commands/migrate-up.js')).migrateUp],
  down: ['Undo the last migration', async () => (await import('./commands/migrate-down.js')).migrateDown],
  status: [
    'Show which migrations were applied',
    async () => (await import('./commands/migrate-status.js')).migrateStatus,
  ],
  sql: ['Print the statements, for a DBA to run', async () => (await import('./commands/migrate-sql.js')).migrateSql],
};
const RUNS: Commands = {
  list: ['List runs, the newest first', async () => (await import('./commands/runs-list.js')).runsList],
  'show <id>': ['Show a run: its steps and jobs', async () => (await import('./commands/runs-show.js')).runsShow],
  'graph <id>': [
    'Print a run as a Mermaid flowchart',
    async () => (await import('./commands/runs-graph.js')).runsGraph,
  ],
  'retry <id>': ['Let a run go on that failed', async () => (await import('./commands/runs-retry.js')).runsRetry],
  'fork <id>': [
    'Do it again from a step on, in a new run',
    async () => (await import('./commands/runs-fork.js')).runsFork,
  ],
  'rerun <id>': ['Do it all again, in a new run', async () => (await import('./commands/runs-rerun.js')).runsRerun],
  'signal <id> <step>': [
    'Send a step what it waits for',
    async () => (await import('./commands/runs-signal.js')).runsSignal,
  ],
  'cancel <id>': ['Stop a run', async () => (await import('./commands/runs-cancel.js')).runsCancel],
};
const COMMANDS: Commands = {
  doctor: ['Check a database and the code for it', async () => (await import('./commands/doctor.js')).doctor],
  worker: ['Run the handlers of a folder', async () => (await import('./commands/worker.js')).worker],
  verify: ['Check that the tables agree with each other', async () => (await import('./commands/verify.js')).verify],
};

/** Runs a command line. @returns the exit code; whatever went wrong has been told */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  const output = new Output(argv.includes('--json'));
  try {
    const settings = await readSettings(process.cwd(), process.env);
    let code: ExitCode = EXIT.ok;
    await parser(argv, settings, output, (result) => (code = result)).parseAsync();
    return code;
  } catch (thrown) {
    const error = isMistake(thrown) ? mistake(thrown.message) : thrown;
    output.failure(error);
    return exitCodeOf(error);
  }
}

function parser(argv: readonly string[], settings: Settings, output: Output, done: (code: ExitCode) => void): Argv {
  const add = (cli: Argv, commands: Commands): Argv =>
    Object.entries(commands).reduce((next, [name, [what, load]]) => {
      const options = async (own: Argv): Promise<Argv> => {
        const { options: known, positionals } = (await load()) as Command;
        for (const [key, describe] of Object.entries<string>(positionals))
          own.positional(key, { type: 'string', describe });
        return own.options(known).config(only(Object.keys(known), settings));
      };
      const run = async (args: object): Promise<void> =>
        done(await ((await load()) as Command).run(args as never, output));
      return next.command(name, what, options as never, run as never);
    }, cli);
  const group = (commands: Commands) => (own: Argv) =>
    add(own, commands).demandCommand(1, `Say which: ${Object.keys(commands).join(', ')}.`);
  return add(yargs(argv as string[]), COMMANDS)
    .scriptName('rowlock')
    .usage('$0 <command> [options]')
    .command('migrate', "Make, change and check Rowlock's tables", group(MIGRATIONS))
    .command('runs', 'See and steer runs of pipelines', group(RUNS))
    .options(GLOBAL_OPTIONS)
    .config(only(Object.keys(GLOBAL_OPTIONS), settings))
    .demandCommand(1, 'Say which command: `rowlock --help` lists them.')
    .strict()
    .recommendCommands()
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .locale('en')
    .epilogue('What takes a value can also be set as ROWLOCK_…, or in the key "rowlock" of package.json.')
    .version(VERSION)
    .exitProcess(false)
    .fail(refuse);
}

function only(names: readonly string[], settings: Settings): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}

/** What a command throws is told as it is; what yargs refuses is a mistake on the command line. */
function refuse(message: string | null, error: Error | undefined): never {
  throw error ?? mistake(message ?? 'The command line cannot be read');
}

/** yargs refuses some things by a message, and some by an error of its own. */
function isMistake(error: unknown): error is Error {
  return error instanceof Error && error.name === 'YError';
}

function mistake(problem: string): DefinitionError {
  return new DefinitionError('OPTION_INVALID', `${problem.replace(/\w$/, '$&.')} See \`rowlock --help\`.`);
}
