import type { PoolClient } from 'pg';
import type { EntityManager, QueryRunner } from 'typeorm';
import type { Database, SqlExecutor } from './database.js';
import { sqlFailure } from './sql-errors.js';
import type { Statement } from './statement.js';

/** Runs statements; a Session does, and so does what `Session.transaction` hands to its work. */
export interface StatementRunner {
  run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<readonly R[]>;
}

/**
 * One connection of the data source's pool, kept for a loop of the worker: handlers that take every other connection
 * cannot keep the worker from claiming and finishing. Statements are prepared where the connection is really ours, which
 * spares planning them each time. After a failure that may have broken the connection, the next statement gets another.
 */
export class Session implements StatementRunner {
  #open: Promise<{ runner: QueryRunner; client: PoolClient }> | null = null;
  /** Work goes one at a time: two transactions on one connection would be one. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly prepared: () => boolean,
  ) {}

  run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<readonly R[]> {
    return this.#alone((client) => this.#query(client, statement, params));
  }

  /** Runs work between BEGIN and COMMIT, or ROLLBACK if it throws. */
  transaction<T>(work: (tx: StatementRunner) => Promise<T>): Promise<T> {
    return this.#alone(async (client) => {
      await client.query('begin isolation level read committed');
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
    await open?.runner.release();
  }

  #alone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const turn = this.#tail.then(async () => {
      const { client } = await this.#connection();
      try {
        return await work(client);
      } catch (error) {
        if (sqlFailure(error) === 'connection') await this.#discard();
        throw error;
      }
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  #connection(): Promise<{ runner: QueryRunner; client: PoolClient }> {
    this.#open ??= this.#connect().catch((error: unknown) => {
      this.#open = null;
      throw error;
    });
    return this.#open;
  }

  async #connect(): Promise<{ runner: QueryRunner; client: PoolClient }> {
    const runner = this.database.dataSource.createQueryRunner('master');
    const client = (await runner.connect()) as PoolClient;
    return { runner, client };
  }

  /** A connection in doubt is destroyed: given back to the pool, it might still be inside a transaction. */
  async #discard(): Promise<void> {
    const open = await this.#open?.catch(() => null);
    this.#open = null;
    if (!open) return;
    (open.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
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
