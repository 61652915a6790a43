import type { PoolClient } from 'pg';
import { EntityManager, type QueryRunner } from 'typeorm';
import { Database } from '../../src/repositories/database.js';
import type { Statement } from '../../src/repositories/statement.js';
import { makeGate } from '../support/gate.js';
import { testPoolerUrl } from '../support/test-pooler-url.js';

/** What becomes of a transaction that waits at its point. */
export type Ending = 'commit' | 'rollback';

/** What a transaction ends with that is told to roll back at its point. */
export class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/**
 * A database on which a party stops once: after the statement of a name, before whatever it does next. Every statement has
 * a name, so each is a debug point, and the engine need not know of them.
 */
export class PausingDatabase extends Database {
  /** The names of the statements that were run, in their order. */
  readonly statements: string[] = [];
  readonly #reached = makeGate();
  readonly #proceed = makeGate<Ending>();
  #point: string | null;

  constructor({ dataSource, schemaName }: Database, point: string | null) {
    super(dataSource, schemaName);
    this.#point = point;
  }

  /** Resolves when the party has come to its point. */
  get reached(): Promise<void> {
    return this.#reached.opened;
  }

  /** Lets it go on: to its commit, or by an error to its rollback. */
  proceed(ending: Ending): void {
    this.#proceed.open(ending);
  }

  override async runOn<P extends readonly unknown[], R>(
    ...[target, statement, params]: Parameters<typeof Database.prototype.runOn<P, R>>
  ): Promise<readonly R[]> {
    const rows =
      prepares && isInTransaction(target)
        ? await this.#runPrepared(target.queryRunner, statement, params)
        : await super.runOn(target, statement, params);
    this.statements.push(statement.name);
    if (statement.name !== this.#point) return rows;
    this.#point = null;
    this.#reached.open();
    if ((await this.#proceed.opened) === 'rollback') throw new RolledBack(`rolled back after ${statement.name}`);
    return rows;
  }

  /** As the engine's sessions do: pairs meet so often that it would take longer to plan than to act. */
  async #runPrepared<P extends readonly unknown[], R>(
    runner: QueryRunner,
    statement: Statement<P, R>,
    params: P,
  ): Promise<readonly R[]> {
    const client = (await runner.connect()) as PoolClient;
    const { rows } = await client.query({ ...this.rendered(statement), values: params as unknown as unknown[] });
    return rows as R[];
  }
}

/** A pooler would give what is prepared to others. */
const prepares = testPoolerUrl() === undefined;

const isInTransaction = (target: object): target is EntityManager & { readonly queryRunner: QueryRunner } =>
  target instanceof EntityManager && target.queryRunner !== undefined;
