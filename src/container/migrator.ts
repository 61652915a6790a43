import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import { migrationsIn } from '../../migrations/index.js';
import { Ledger } from '../../migrations/ledger.js';
import { MigrationError, SchemaVersionError } from '../core/errors.js';
import { Database } from '../repositories/database.js';
import { hasJobs } from '../repositories/sql/has-jobs.js';
import { setLocal } from '../repositories/sql/set-local.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import { Partitions } from '../scheduler/partitions.js';
import { databaseAddress } from './database-address.js';
import { postgresOptions, type PostgresOptions } from './postgres-options.js';
import { unreachable, withOwnConnection } from './data-source.js';
import { migrationSql, type SqlRange } from './migration-sql.js';
import { checkedSchema, DEFAULT_SCHEMA } from './schema-name.js';

/** A migration that is known here, or that the database has had. */
export interface MigrationStatus {
  readonly name: string;
  /** Null: not yet. */
  readonly appliedAt: Date | null;
  /** False: a newer version of Rowlock applied it. */
  readonly known: boolean;
}

/** How long a migration waits, in milliseconds. */
export interface MigratorOptions {
  /** For other processes that migrate the same schema. Default 60,000. */
  readonly turnTimeoutMs?: number;
  /** For a table that other sessions use, while all others wait behind it. Default 5,000. */
  readonly lockTimeoutMs?: number;
}

/**
 * Makes, changes and checks Rowlock's tables, on a connection of its own, in one transaction: a migration that fails
 * leaves nothing behind. Any number of processes may do it at once. It keeps its own ledger (`<schema>.migration`) and
 * does not look at the application's migrations.
 *
 * @example
 * await new Migrator(dataSource).up(); // at a deployment, before the workers start
 */
export class Migrator {
  readonly schema: string;
  readonly #options: PostgresOptions;
  readonly #ledger: Ledger;
  readonly #turnTimeoutMs: number;
  readonly #lockTimeoutMs: number;

  /**
   * @param source a DataSource, initialised or not, or the options of one
   * @param schema made if it is not there; default `rowlock`
   * @throws DefinitionError `OPTION_INVALID`
   */
  constructor(source: DataSource | DataSourceOptions, schema = DEFAULT_SCHEMA, options: MigratorOptions = {}) {
    this.#options = postgresOptions(source);
    this.schema = checkedSchema(schema);
    this.#ledger = new Ledger(schema);
    this.#turnTimeoutMs = options.turnTimeoutMs ?? 60_000;
    this.#lockTimeoutMs = options.lockTimeoutMs ?? 5_000;
  }

  /**
   * Applies what has not been applied, and makes the history's first day partitions.
   * @returns the names of the migrations that this call applied
   * @throws MigrationError `MIGRATION_BLOCKED`, `MIGRATION_FORBIDDEN`; SchemaVersionError if the schema is newer than this
   * version; DatabaseUnreachableError
   */
  up(): Promise<readonly string[]> {
    return withOwnConnection(this.#options, async (dataSource) => {
      const applied = await this.#change(dataSource, async (runner) => {
        const before = await this.#namesIn(runner);
        this.#refuseNewer(before);
        const pending = migrationsIn(this.schema).filter(({ name }) => !before.has(name));
        for (const Migration of pending) await new Migration().up(runner);
        return pending.map(({ name }) => name);
      });
      await new Partitions(new Database(dataSource, this.schema)).ensure();
      return applied;
    });
  }

  /**
   * Undoes the migration that was applied last. The schema itself stays.
   * @param options.loseJobs go on though there are jobs, which may be lost by it; default false
   * @returns the name of the migration, or null if there was none
   * @throws MigrationError `MIGRATION_LOSES_JOBS`, and as `up` does
   */
  down(options: { readonly loseJobs?: boolean } = {}): Promise<string | null> {
    return withOwnConnection(this.#options, (dataSource) =>
      this.#change(dataSource, async (runner) => {
        const before = await this.#namesIn(runner);
        this.#refuseNewer(before);
        const last = migrationsIn(this.schema).findLast(({ name }) => before.has(name));
        if (!last) return null;
        if (!options.loseJobs) await this.#refuseToLoseJobs(new Database(dataSource, this.schema), runner, last.name);
        await new last().down(runner);
        return last.name;
      }),
    );
  }

  /** All migrations that are known or were applied, in their order. */
  status(): Promise<readonly MigrationStatus[]> {
    return this.#read(async (runner) => {
      const applied = new Map((await this.#ledger.applied(runner)).map(({ name, appliedAt }) => [name, appliedAt]));
      const known = migrationsIn(this.schema).map(({ name }) => name);
      const unknown = [...applied.keys()].filter((name) => !known.includes(name));
      return [...known, ...unknown].map((name) => ({
        name,
        appliedAt: applied.get(name) ?? null,
        known: known.includes(name),
      }));
    });
  }

  /**
   * The statements that lead from one migration to another, for a DBA to read and run; no database is asked.
   * @throws DefinitionError `OPTION_INVALID` naming the migrations that there are
   */
  sql(range: SqlRange = {}): Promise<readonly string[]> {
    return migrationSql(this.schema, range);
  }

  /**
   * Whether this version can work with the schema as it is.
   * @throws SchemaVersionError saying what to do; DatabaseUnreachableError
   */
  check(): Promise<void> {
    return this.#read(async (runner) => {
      const applied = await this.#namesIn(runner);
      if (applied.size === 0) {
        const detail = `the database at ${databaseAddress(this.#options)} has none of its tables`;
        throw new SchemaVersionError(this.schema, 'missing', detail);
      }
      this.#refuseNewer(applied);
      const pending = migrationsIn(this.schema).filter(({ name }) => !applied.has(name));
      if (pending.length === 0) return;
      const names = pending.map(({ name }) => name).join(', ');
      throw new SchemaVersionError(this.schema, 'behind', `it has not had ${names}`);
    });
  }

  async #namesIn(runner: QueryRunner): Promise<ReadonlySet<string>> {
    return new Set((await this.#ledger.applied(runner)).map(({ name }) => name));
  }

  #refuseNewer(applied: ReadonlySet<string>): void {
    const known = new Set(migrationsIn(this.schema).map(({ name }) => name));
    const newer = [...applied].filter((name) => !known.has(name));
    if (newer.length === 0) return;
    throw new SchemaVersionError(
      this.schema,
      'ahead',
      `it has had ${newer.join(', ')}, which this version does not know`,
    );
  }

  async #refuseToLoseJobs(database: Database, runner: QueryRunner, name: string): Promise<void> {
    const [row] = await database.runOn(runner, hasJobs, []);
    if (!row?.found) return;
    const message = `Undoing ${name} in schema "${this.schema}" may lose the jobs that are in it, so nothing was done.`;
    throw new MigrationError(
      'MIGRATION_LOSES_JOBS',
      `${message} Say so if that is wanted: \`rowlock migrate down --lose-jobs\`.`,
    );
  }

  async #read<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    return withOwnConnection(this.#options, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      try {
        return await work(runner);
      } catch (error) {
        throw sqlFailure(error) === 'forbidden' ? unreachable(this.#options, error) : error;
      } finally {
        await runner.release();
      }
    });
  }

  /** One process at a time; and a table that is in use is waited for only for a while, because all others wait behind us. */
  async #change<T>(dataSource: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const database = new Database(dataSource, this.schema);
    let waitingFor: 'turn' | 'table' = 'turn';
    try {
      return await database.transaction(async ({ queryRunner }) => {
        const runner = queryRunner as QueryRunner;
        await database.runOn(runner, setLocal, ['lock_timeout', String(this.#turnTimeoutMs)]);
        await this.#ledger.lock(runner);
        waitingFor = 'table';
        await database.runOn(runner, setLocal, ['lock_timeout', String(this.#lockTimeoutMs)]);
        return work(runner);
      });
    } catch (error) {
      throw this.#explain(error, waitingFor);
    }
  }

  #explain(error: unknown, waitingFor: 'turn' | 'table'): unknown {
    const failure = sqlFailure(error);
    const why = error instanceof Error ? error.message : String(error);
    if (failure === 'forbidden') {
      const cure = `Let a role that may do it migrate, or run what \`rowlock migrate sql\` prints as one.`;
      return new MigrationError('MIGRATION_FORBIDDEN', `Schema "${this.schema}" was not changed: ${why}. ${cure}`, {
        cause: error,
      });
    }
    if (failure !== 'conflict') return error;
    const message =
      waitingFor === 'turn'
        ? `another process has been migrating it for ${this.#turnTimeoutMs} ms. Run this again when that is done.`
        : `other sessions use its tables (${why}). End what runs long (select * from pg_stat_activity), and run this again.`;
    return new MigrationError('MIGRATION_BLOCKED', `Schema "${this.schema}" was not changed: ${message}`, {
      cause: error,
    });
  }
}
