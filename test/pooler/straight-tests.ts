/** A test that `npm run test:pooler` leaves out. */
export interface StraightTest {
  /** Under `test/`. */
  readonly file: string;
  /** With which the title begins; all of the file if it is not given. */
  readonly title?: string;
  /** Why a transaction pooler has no place in it. */
  readonly because: string;
}

const SEARCH_PATH = 'finds its tables by a search_path of its sessions, which PgBouncer refuses to set';
const LISTEN = 'waits until a worker is told of things';
const SESSION = 'shows what a worker does in a session that is its own: PgBouncer gives it none';
const OWN_SERVER = 'has a server of its own';
const OWN_NETWORK = 'has a network of its own, which it breaks';
const NAMED = 'ends all sessions of a name, in which others would be at work: the soak behind PgBouncer does that';
const SETTINGS = 'has settings of sessions, which PgBouncer refuses';

const all = (file: string, because: string): StraightTest => ({ file, because });
const one = (file: string, title: string, because: string): StraightTest => ({ file, title, because });

/** Every test that by its nature takes the straight way to the database. All others pass through PgBouncer too. */
export const STRAIGHT_TESTS: readonly StraightTest[] = [
  one('client/locks.test', 'is kept over a broken connection', NAMED),
  one('client/result.test', 'outlives a database that is away for a moment', NAMED),
  all('container/lost-connections.test', OWN_NETWORK),
  all('examples/guides.test', SEARCH_PATH),
  all('examples/programs.test', SEARCH_PATH),
  one('faults/session-settings.test', 'F-12 are worked with all the same', SETTINGS),
  one('faults/session-settings.test', 'F-16 now and then keep no job from its one end', SETTINGS),
  one('faults/session-settings.test', 'F-17 leave no connection of the pool inside a transaction', SETTINGS),
  all('faults/read-only.test', OWN_SERVER),
  all('handlers/create-page-tables.test', SEARCH_PATH),
  all('migrations/own-data-source.test', SEARCH_PATH),
  all('notifier/postgres-notifier.test', LISTEN),
  all('plans/plans.test', 'explains statements in a session with settings of its own'),
  all('repositories/prepared.test', SESSION),
  one('repositories/idle-transactions.test', 'has that limit on a connection of the pool, on a session', SESSION),
  all('scenarios/lost-database.test', NAMED),
  all('scenarios/start-latency.test', LISTEN),
  one('scheduler/partitions.test', 'makes days of UTC in a session whose own days have 23 hours', SETTINGS),
  all('soak/soak.test', OWN_SERVER),
  one('worker/abort.test', 'reaches its signal at once by a notification', LISTEN),
  one('worker/abort.test', 'reaches every one of many that are cancelled at the same time', LISTEN),
  all('worker/connections.test', NAMED),
  all('worker/silent-network.test', OWN_NETWORK),
  one('worker/stop.test', 'may be followed by a start, under a new id', LISTEN),
]; // prettier-ignore

/** Patterns of the paths that jest passes over. */
export function straightFiles(): readonly string[] {
  const files = STRAIGHT_TESTS.filter(({ title }) => title === undefined);
  return ['/node_modules/', ...files.map(({ file }) => `/test/${file}.ts`)];
}

/** A pattern of the names of all other tests. */
export function straightTitles(): string {
  const titles = STRAIGHT_TESTS.flatMap(({ title }) => title ?? []);
  return `^(?!.*(?:${titles.map((title) => title.replaceAll(/[^\w ]/g, '\\$&')).join('|')}))`;
}
