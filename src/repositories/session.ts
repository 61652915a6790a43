import type { PoolClient } from 'pg';
import type { EntityManager, QueryRunner } from 'typeorm';
import type { Database, SqlExecutor } from './database.js';
import { IDLE_LIMIT_MS } from './idle-limit.js';
import { destroyClient } from './pg-client.js';
import { sqlFailure } from './sql-errors.js';
import type { Statement } from './statement.js';

/** Runs statements; a Session does, and so does what `Session.transaction` hands to its work. */
export interface StatementRunner {
  run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<readonly R[]>;
}

interface Connection {
  readonly runner: QueryRunner;
  readonly client: PoolClient;
  /** Whether its settings are ours. */
  isOurs: boolean;
}

/**
 * How a connection of ours plans. Sequential scans are off, because a plan may have been made while a table was empty;
 * compiling is, because up to PostgreSQL 17 a plan that must read a table all the same then counts as dear enough for it,
 * and compiling takes a hundred times as long as the statement.
 */
const SETTINGS = [
  { name: 'enable_seqscan', value: 'off' },
  { name: 'plan_cache_mode', value: 'force_generic_plan' },
  { name: 'jit', value: 'off' },
] as const;

const BEGIN = `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${IDLE_LIMIT_MS}`;

/**
 * One connection of the data source's pool, kept for a loop of the worker: handlers that take every other connection
 * cannot keep the worker from claiming and finishing. Statements are prepared where the connection is really ours, which
 * spares planning them each time: once, for any parameters. After a failure that may have broken the connection, the next
 * statement gets another.
 */
export class Session implements StatementRunner {
  #open: Promise<Connection> | null = null;
  /** Work goes one at a time: two transactions on one connection would be one. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly prepared: () => boolean,
  ) {}

  run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<readonly R[]> {
    return this.#alone((client) => this.#query(client, statement, params));
  }

  /** Resolves when it has a connection. */
  async open(): Promise<void> {
    await this.#connection();
  }

  /** Runs work between BEGIN and COMMIT, or ROLLBACK if it throws. */
  transaction<T>(work: (tx: StatementRunner) => Promise<T>): Promise<T> {
    return this.#alone(async (client) => {
      await client.query(BEGIN);
      const result = await work({ run: (statement, params) => this.#query(client, statement, params) }).catch(
        async (error: unknown) => {
          await client.query('rollback');
          throw error;
        },
      );
      await client.query('commit');
      return result;
    });
  }

  /** Gives the connection back to the pool. The session may be used again, and then takes another. */
  async close(): Promise<void> {
    await this.#tail.catch(() => undefined);
    const open = await this.#open?.catch(() => null);
    this.#open = null;
    if (!open) return;
    const reset = SETTINGS.map(({ name }) => `reset ${name}`).join(';');
    if (open.isOurs) await open.client.query(reset).catch(() => destroyClient(open.client));
    await open.runner.release();
  }

  #alone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const turn = this.#tail.then(async () => {
      const open = await this.#connection();
      try {
        await this.#makeOurs(open);
        return await work(open.client);
      } catch (error) {
        if (sqlFailure(error) === 'connection') await this.#discard();
        throw error;
      }
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #makeOurs(open: Connection): Promise<void> {
    if (open.isOurs || !this.prepared()) return;
    await open.client.query(SETTINGS.map(({ name, value }) => `set ${name} = ${value}`).join(';'));
    open.isOurs = true;
  }

  #connection(): Promise<Connection> {
    this.#open ??= this.#connect().catch((error: unknown) => {
      this.#open = null;
      throw error;
    });
    return this.#open;
  }

  async #connect(): Promise<Connection> {
    const runner = this.database.dataSource.createQueryRunner('master');
    const client = (await runner.connect()) as PoolClient;
    return { runner, client, isOurs: false };
  }

  /** A connection in doubt is destroyed: given back to the pool, it might still be inside a transaction. */
  async #discard(): Promise<void> {
    const open = await this.#open?.catch(() => null);
    this.#open = null;
    if (!open) return;
    destroyClient(open.client);
    await open.runner.release().catch(() => undefined);
  }

  async #query<P extends readonly unknown[], R>(
    client: PoolClient,
    statement: Statement<P, R>,
    params: P,
  ): Promise<readonly R[]> {
    const { name, text } = this.database.rendered(statement);
    const values = params as unknown as unknown[];
    const { rows } = await client.query(this.prepared() ? { name, text, values } : { text, values });
    return rows as R[];
  }
}

/** Statements on a connection or in a transaction of somebody else's. */
export function runnerOf(database: Database, target: EntityManager | SqlExecutor): StatementRunner {
  return { run: (statement, params) => database.runOn(target, statement, params) };
}
