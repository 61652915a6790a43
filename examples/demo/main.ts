import { styleText } from 'node:util';
import { resolveDatabase, type ResolvedDatabase } from '../../src/dev/index.js';
import { Interrupted, untilInterrupted } from './interruption.js';
import { readOptions, USAGE, UsageError, type DemoOptions } from './options.js';
import { say, sayFact, sayFor } from './say.js';

/** Codes of errors about a database that cannot be had, or cannot be used: they say what to do. */
const NO_DATABASE = /^(DATABASE_|POSTGRES_|MIGRATION_|SCHEMA_)/;
/** Codes of connections that broke: of the operating system and of PostgreSQL. */
const DATABASE_LOST = /^(ECONN|EPIPE|08|57P)/;

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!options.help) return await start(options);
    say(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
}

async function start(options: DemoOptions): Promise<number> {
  const interruption = untilInterrupted((reason) => process.exit(explain(reason)));
  say(`${styleText('bold', 'Rowlock demo')}: scrape page → process images → store page\n`);
  // Loading takes as long as PostgreSQL takes to start, in a process of its own: they do it side by side.
  const loading = import('./demo.js');
  loading.catch(() => undefined); // awaited below
  try {
    const database = await openDatabase();
    try {
      interruption.signal.throwIfAborted();
      const { demo } = await loading;
      return await demo(options, database, interruption);
    } finally {
      await database.stop();
    }
  } catch (error) {
    return explain(interruption.signal.aborted ? interruption.signal.reason : error);
  }
}

async function openDatabase(): Promise<ResolvedDatabase> {
  const started = performance.now();
  const done = sayFor('PostgreSQL is starting …');
  const database = await resolveDatabase().finally(done);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const origin = database.source === 'embedded' ? `started here in ${seconds} s` : 'named by the environment';
  // One that cannot be read is refused, with advice, when we connect.
  const address = URL.canParse(database.url) ? new URL(database.url) : null;
  sayFact('Database', `PostgreSQL ${address ? `at ${address.host}${address.pathname}, ` : ''}${origin}`);
  return database;
}

/** Tells why the demo ended early, and gives the code to exit with. */
function explain(error: unknown): number {
  if (error instanceof Interrupted) {
    process.stderr.write('\nStopped. Nothing is left running.\n');
    return error.exitCode;
  }
  const { code = '', message, stack } = error as NodeJS.ErrnoException;
  const lost = DATABASE_LOST.test(code) || message.startsWith('Connection terminated');
  const expected = lost || NO_DATABASE.test(code);
  process.stderr.write(`\n${lost ? 'The database went away: ' : ''}${expected ? message : stack}\n`);
  return expected ? 4 : 1;
}

process.exitCode = await main();
// Everything is given back. Whoever still waits for an answer of a database that has gone must not keep us.
setTimeout(() => process.exit(), 500).unref();
