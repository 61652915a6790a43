import type { DataSource, DataSourceOptions } from 'typeorm';
import { VerificationTimeoutError } from '../core/errors.js';
import { Database } from '../repositories/database.js';
import { beginAudit } from '../repositories/sql/begin-audit.js';
import type { Invariant, ViolationRow } from '../repositories/sql/invariants/invariant.js';
import { INVARIANTS } from '../repositories/sql/invariants/invariants.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import { withOwnConnection } from './data-source.js';
import { Migrator } from './migrator.js';
import { postgresOptions, type PostgresOptions } from './postgres-options.js';
import { DEFAULT_SCHEMA } from './schema-name.js';

/** An invariant that does not hold. */
export interface Finding {
  /** Such as `running-job-is-claimed`. */
  readonly invariant: string;
  /** What should hold, as a sentence. */
  readonly meaning: string;
  /** Of how many jobs, runs or keys it does not. */
  readonly total: number;
  /** The first of them, by id. */
  readonly violations: readonly Violation[];
}

/** A job, a run or a key of which an invariant does not hold. */
export interface Violation {
  readonly id: string;
  readonly problem: string;
}

/** How it is looked. */
export interface VerifierOptions {
  /** The most that the check of one invariant may take, in milliseconds. Default 60,000. */
  readonly statementTimeoutMs?: number;
  /** The most violations of one invariant that are told. Default 20. */
  readonly limit?: number;
  /**
   * How long the workers get for what their sweep mends by itself, in milliseconds: what is still there then counts.
   * Longer than `sweepInterval`. Default 10,000.
   */
  readonly settleMs?: number;
}

/**
 * Checks the invariants of a schema, while workers work or when they do not. All are asked of one snapshot, on a connection
 * of its own, in a transaction that can write nothing.
 *
 * @example
 * const findings = await new Verifier(dataSource).verify(); // [] if all is well
 */
export class Verifier {
  readonly #options: PostgresOptions;
  readonly #statementTimeoutMs: number;
  readonly #limit: number;
  readonly #settleMs: number;

  /** @param source a DataSource, initialised or not, or the options of one */
  constructor(
    source: DataSource | DataSourceOptions,
    readonly schema = DEFAULT_SCHEMA,
    { statementTimeoutMs = 60_000, limit = 20, settleMs = 10_000 }: VerifierOptions = {},
  ) {
    this.#options = postgresOptions(source);
    this.#statementTimeoutMs = statementTimeoutMs;
    this.#limit = limit;
    this.#settleMs = settleMs;
  }

  /**
   * @returns the invariants that do not hold; none if all is well
   * @throws VerificationTimeoutError, SchemaVersionError, DatabaseUnreachableError
   */
  async verify(): Promise<readonly Finding[]> {
    await new Migrator(this.#options, this.schema).check();
    return withOwnConnection(this.#options, async (dataSource) => {
      const database = new Database(dataSource, this.schema);
      const found = await this.#look(database, INVARIANTS);
      const unsettled = found.filter(({ invariant }) => invariant.settles);
      if (unsettled.length === 0) return found.map(findingOf);
      await new Promise((resolve) => setTimeout(resolve, this.#settleMs));
      const again = await this.#look(
        database,
        unsettled.map(({ invariant }) => invariant),
      );
      const stayed = again.flatMap((second) => {
        const first = unsettled.find(({ invariant }) => invariant === second.invariant);
        return first ? bothTimes(first, second) : [];
      });
      return [...found.filter(({ invariant }) => !invariant.settles), ...stayed].map(findingOf);
    });
  }

  #look(database: Database, invariants: readonly Invariant[]): Promise<readonly Look[]> {
    return database.transaction(async (manager) => {
      await database.runOn(manager, beginAudit, [String(this.#statementTimeoutMs)]);
      const looks: Look[] = [];
      for (const invariant of invariants) {
        const rows = await database.runOn(manager, invariant, [this.#limit]).catch((error: unknown) => {
          // In a transaction that only reads and waits for nobody, there is no other conflict.
          if (sqlFailure(error) !== 'conflict') throw error;
          throw new VerificationTimeoutError(this.schema, invariant.name, this.#statementTimeoutMs);
        });
        if (rows.length > 0) looks.push({ invariant, rows, total: rows[0]?.total ?? 0 });
      }
      return looks;
    }, 'REPEATABLE READ');
  }
}

interface Look {
  readonly invariant: Invariant;
  readonly rows: readonly ViolationRow[];
  readonly total: number;
}

/** What two looks found; of more than are told, it cannot be said which they were. */
function bothTimes(first: Look, second: Look): readonly Look[] {
  if (first.total > first.rows.length) return [second];
  const rows = second.rows.filter(({ id }) => first.rows.some((row) => row.id === id));
  return rows.length > 0 ? [{ ...second, rows, total: rows.length }] : [];
}

function findingOf({ invariant: { name, meaning }, rows, total }: Look): Finding {
  return { invariant: name, meaning, total, violations: rows.map(({ id, problem }) => ({ id, problem })) };
}
