import 'reflect-metadata';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { migrationsIn } from '../../migrations/index.js';
import { Engine } from '../../src/engine/engine.js';
import { Database } from '../../src/repositories/database.js';
import { runnerOf, type StatementRunner } from '../../src/repositories/session.js';
import type { Application, ApplicationOptions } from './application.js';
import { startApplication } from './application.js';
import { createTestSchema, type TestSchema } from './database.js';
import { eventually } from './eventually.js';

/** A transaction that a test holds open for as long as it likes. */
export interface OpenTransaction {
  readonly on: StatementRunner;
  readonly manager: EntityManager;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

const TABLES = [
  'blob_part',
  'blob',
  'pipeline_wait',
  'pipeline_item',
  'pipeline_backlog',
  'pipeline_step',
  'pipeline_run',
  'pipeline',
  'checkpoint',
  'signal',
  'unique_key',
  'lock',
  'claim',
  'leader',
  'worker',
  'queue',
  'job_type',
  'job',
  'job_waiting',
  'job_history',
];

/** A migrated schema of a test file's own: the engine on it, its clock, and applications as other processes would run. */
export class Rowlock {
  dataSource!: DataSource;
  database!: Database;
  engine!: Engine;
  #schema!: TestSchema;
  #clockMoved = false;
  readonly #applications: Application[] = [];
  readonly #transactions: OpenTransaction[] = [];

  /** @param url gives another database than that of the run */
  constructor(private readonly databaseUrl?: () => string) {}

  get schema(): string {
    return this.#schema.name;
  }

  /** The straight way to the database. */
  get url(): string {
    return this.#schema.url;
  }

  /** The way to the database that applications take. */
  get applicationUrl(): string {
    return this.#schema.applicationUrl;
  }

  /** Statements, each in a transaction of its own. */
  get on(): StatementRunner {
    return runnerOf(this.database, this.dataSource.manager);
  }

  async open(): Promise<void> {
    this.#schema = await createTestSchema(this.databaseUrl?.());
    this.dataSource = await this.#schema.open({ extra: { max: 20 } });
    await this.dataSource.transaction(async ({ queryRunner }) => {
      if (!queryRunner) throw new Error('a transaction has a query runner');
      for (const Migration of migrationsIn(this.schema)) await new Migration().up(queryRunner);
    });
    this.database = new Database(this.dataSource, this.schema);
    this.engine = new Engine(this.database);
  }

  /** Asks the database; `$s` stands for the schema. */
  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<readonly Row[]> {
    const rows: unknown = await this.dataSource.query(sql.replaceAll('$s', this.schema), [...params]);
    return rows as Row[];
  }

  /** The first column of the first row. */
  async value<T>(sql: string, params: readonly unknown[] = []): Promise<T> {
    const [row] = await this.query<Record<string, T>>(sql, params);
    return Object.values(row ?? {})[0] as T;
  }

  /** Moves the time of all sessions; the offset is from the real time. */
  async moveClock(milliseconds: number): Promise<void> {
    this.#clockMoved = milliseconds !== 0;
    await this.query(
      `create or replace function $s.clock() returns timestamptz language sql stable parallel safe
       as $$ select pg_catalog.now() + interval '${milliseconds} milliseconds' $$`,
    );
  }

  async begin(): Promise<OpenTransaction> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    await runner.startTransaction('READ COMMITTED');
    const end = async (finish: () => Promise<void>): Promise<void> => {
      if (runner.isReleased) return;
      await finish();
      await runner.release();
    };
    const transaction: OpenTransaction = {
      manager: runner.manager,
      on: runnerOf(this.database, runner.manager),
      commit: () => end(() => runner.commitTransaction()),
      rollback: () => end(() => runner.rollbackTransaction()),
    };
    this.#transactions.push(transaction);
    return transaction;
  }

  /** Waits until that many sessions of this schema wait for a lock that another session holds. */
  async blocked(sessions = 1): Promise<void> {
    await eventually(`${sessions} sessions wait for a lock`, async () => {
      const waiting = await this.value<number>(
        `select count(*)::int from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`,
        [this.schema],
      );
      return waiting >= sessions;
    });
  }

  /** Starts what another process would be: a container with a pool, `Jobs` and a worker of its own, on this schema. */
  async application(options: ApplicationOptions = {}): Promise<Application> {
    const application = await startApplication(this.#schema, options);
    this.#applications.push(application);
    return application;
  }

  /** Stops everything and empties the tables, for the next test of the file. */
  async clear(): Promise<void> {
    await Promise.all(this.#transactions.splice(0).map((each) => each.rollback()));
    await Promise.all(this.#applications.splice(0).map((each) => each.stop()));
    if (this.#clockMoved) await this.moveClock(0);
    await this.query(`do $$ begin ${TABLES.map((table) => `delete from $s.${table};`).join(' ')} end $$`);
  }

  async close(): Promise<void> {
    await this.clear();
    await this.#schema.drop();
  }
}

/**
 * One schema for the tests of a file, emptied after each.
 * @param url gives another database than that of the run, when it is there
 * @example const rowlock = useRowlock();
 */
export function useRowlock(url?: () => string): Rowlock {
  return useSchemaOf(new Rowlock(url));
}

/** Opens it for the tests of a file, and empties it after each. */
export function useSchemaOf<R extends Rowlock>(rowlock: R): R {
  beforeAll(() => rowlock.open());
  afterEach(() => rowlock.clear());
  afterAll(() => rowlock.close());
  return rowlock;
}
