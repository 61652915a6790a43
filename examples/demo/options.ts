import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export interface DemoOptions {
  /** Where the crawl begins; null: at the sample site. */
  readonly url: string | null;
  /** How many links away from the first page it goes. */
  readonly depth: number;
  readonly maxPages: number;
  /** Leave the database running at the end, until Ctrl-C. */
  readonly keep: boolean;
  readonly help: boolean;
}

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {}

export const USAGE = `Crawls a web site through the pipeline scrape page → process images → store page.

  npm run demo                          a sample site, served on this machine
  npm run demo -- --url https://…       a site that you name, within its host

Flags go after two dashes (npm keeps those before them to itself):
  --url <address>    where to begin; http or https, also on this machine or a private network
  --depth <n>        how many links away from there to go, 0 to 100; default 5
  --max-pages <n>    how many pages at most, 1 to 10000; default 100
  --keep             leave the database running at the end, until Ctrl-C
  --help             this text

DATABASE_URL, or PGHOST, PGPORT … name the database; without them a PostgreSQL of its own is started. Everything goes into
the schema "rowlock_demo" (ROWLOCK_SCHEMA names another).
Ends with 0; 1 if no page could be stored, 2 if a flag is wrong, 4 if there is no database.`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parse(args);
  return {
    url: values.url === undefined ? null : webAddress(values.url),
    depth: wholeNumber('--depth', values.depth, 0, 100),
    maxPages: wholeNumber('--max-pages', values['max-pages'], 1, 10_000),
    keep: values.keep,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        depth: { type: 'string', default: '5' },
        'max-pages': { type: 'string', default: '100' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node adds advice about arguments that begin with a dash; here there are none.
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${sentence?.replace(/\.$/, '')}.`);
  }
}

function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href;
  throw new UsageError(`--url takes an address such as https://example.com/, not ${JSON.stringify(text)}.`);
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${flag} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}
