import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { sessionsEnd } from './leaks.js';
import { testPoolerUrl } from './test-pooler-url.js';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** A schema that belongs to one test. */
export interface TestSchema {
  readonly name: string;
  /** The straight way to the database that the schema is in: for what a test does besides the application. */
  readonly url: string;
  /** The way that applications take: through the pooler of the run, if it has one. */
  readonly applicationUrl: string;
  /** What a DataSource needs to work in the schema. Its sessions carry the schema's name, by which `drop` finds leaks. */
  options(overrides?: Partial<PostgresOptions>): PostgresOptions;
  /** An initialised DataSource that `drop` destroys. */
  open(overrides?: Partial<PostgresOptions>): Promise<DataSource>;
  /** Closes what `open` opened and drops the schema. Fails if the test left a session of its own behind. */
  drop(): Promise<void>;
}

/** The URL of the run's database. */
export function testDatabaseUrl(): string {
  const url = process.env['ROWLOCK_TEST_DATABASE_URL'];
  if (!url)
    throw new Error('ROWLOCK_TEST_DATABASE_URL is not set: run the tests by `npm test`, whose global set-up sets it.');
  return url;
}

/**
 * Makes an empty schema with a name of its own, so that tests may run at once and again on one database.
 * @param url of another database than that of the run
 *
 * @example
 * let schema: TestSchema;
 * beforeEach(async () => (schema = await createTestSchema()));
 * afterEach(() => schema.drop());
 */
export async function createTestSchema(url = testDatabaseUrl()): Promise<TestSchema> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const opened: DataSource[] = [];
  const applicationUrl = (url === testDatabaseUrl() && testPoolerUrl()) || url;
  await withClient(url, (client) => client.query(`create schema ${name}`));
  const options = (overrides: Partial<PostgresOptions> = {}): PostgresOptions => ({
    type: 'postgres',
    url: applicationUrl,
    schema: name,
    applicationName: name,
    ...overrides,
  });
  return {
    name,
    url,
    applicationUrl,
    options,
    open: async (overrides) => {
      const dataSource = await new DataSource(options(overrides)).initialize();
      opened.push(dataSource);
      return dataSource;
    },
    drop: async () => {
      await Promise.all(opened.filter((dataSource) => dataSource.isInitialized).map((each) => each.destroy()));
      await withClient(url, async (client) => {
        const leak = await sessionsEnd(client, name).catch((error: Error) => error);
        await client.query(`drop schema if exists ${name} cascade`);
        if (leak) throw leak;
      });
    },
  };
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
