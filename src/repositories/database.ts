import { createHash } from 'node:crypto';
import pg, { type ClientBase, type PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { configLike } from './connection-config.js';
import { IDLE_LIMIT_MS } from './idle-limit.js';
import { type ClientState, endClient, stateOf } from './pg-client.js';
import { SilentConnections } from './silent-connections.js';
import { findIdleSessions } from './sql/find-idle-sessions.js';
import { sessionPid } from './sql/session-pid.js';
import { setLocal } from './sql/set-local.js';
import { sqlFailure } from './sql-errors.js';
import type { Statement } from './statement.js';
import { quoteIdentifier } from './statement.js';
import { type Patience, UnansweredConnections } from './unanswered-connections.js';

/** What a caller's own transaction must offer: node-postgres clients and pools do, and most libraries can. */
export interface SqlExecutor {
  query(text: string, values: unknown[]): Promise<{ readonly rows: unknown[] } | readonly unknown[]>;
}

type Row = Record<string, unknown>;

/** For so long the server may be asked whether it is at work on a statement. */
const ASK_MS = 5_000;

/** Runs statements in one schema, on whichever connection the caller names. */
export class Database {
  readonly schema: string;
  readonly #texts = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #silent = new SilentConnections(() => clientsOf(this.dataSource));
  readonly #unanswered = new UnansweredConnections(
    () => clientsOf(this.dataSource),
    (clients) => this.#owedNothing(clients),
  );
  /** Whether what is prepared on a connection is there the next time; null until one has been asked. */
  #prepares: boolean | null = null;

  constructor(
    readonly dataSource: DataSource,
    readonly schemaName: string,
  ) {
    this.schema = quoteIdentifier(schemaName);
  }

  /** The channel by which producers tell workers that jobs have become available. */
  get jobChannel(): string {
    return channel(this.schemaName, 'jobs');
  }

  /** The channel by which cancels are told. */
  get cancelChannel(): string {
    return channel(this.schemaName, 'cancel');
  }

  /** The channel by which a process finds out whether it is told of anything. */
  get probeChannel(): string {
    return channel(this.schemaName, 'probe');
  }

  /** The text of a statement for this schema, and a name for its prepared form: new text, new name. */
  rendered<P extends readonly unknown[], R>({
    name,
    render,
  }: Statement<P, R>): { readonly name: string; readonly text: string } {
    let known = this.#texts.get(name);
    if (!known) {
      const text = labelled(render({ schema: this.schema }), name);
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
      known = { name: `rowlock_${name.slice(0, 40)}_${digest}`, text };
      this.#texts.set(name, known);
    }
    return known;
  }

  /**
   * Runs on a connection of the pool; prepared, if there is but one plan for it: to parse and plan an insert takes longer
   * than the insert. Not behind a pooler, where it would be left in a session that is somebody else's next; the first answer
   * that only a pooler gives ends the preparing, should it have passed for the server.
   */
  async run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<readonly R[]> {
    if (!statement.hasOnePlan || this.#prepares === false)
      return this.runOn(this.dataSource.manager, statement, params);
    try {
      return await this.#runPrepared(statement, params);
    } catch (error) {
      if (sqlFailure(error) !== 'unprepared') throw error;
      this.#prepares = false;
      return this.runOn(this.dataSource.manager, statement, params);
    }
  }

  /** Runs in a transaction of the caller's: an EntityManager, a QueryRunner, or anything that has `query(text, values)`. */
  async runOn<P extends readonly unknown[], R>(
    target: EntityManager | QueryRunner | SqlExecutor,
    statement: Statement<P, R>,
    params: P,
  ): Promise<readonly R[]> {
    const answer: unknown = await target.query(this.rendered(statement).text, params as unknown as unknown[]);
    return rowsOf(answer) as readonly R[];
  }

  async #runPrepared<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<readonly R[]> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const client = (await runner.connect()) as PoolClient;
      this.#prepares ??= await this.#hasOwnSession(client);
      const { name, text } = this.rendered(statement);
      const { rows } = await client.query({
        ...(this.#prepares && { name }),
        text,
        values: params as unknown as unknown[],
      });
      return rows as R[];
    } finally {
      await runner.release();
    }
  }

  /** A server greets with the number of the process that serves the session; a pooler, with one that it makes up. */
  async #hasOwnSession(client: ClientBase): Promise<boolean> {
    const [session] = await this.runOn(client, sessionPid, []);
    return session?.pid === stateOf(client).processID;
  }

  /**
   * A connection of the process has not been answered in its time: those of the pool, which may be lost as well, are ended
   * if they then are asked something and say nothing for that long.
   */
  suspectConnections(patienceMs: number): void {
    this.#silent.suspect(patienceMs);
  }

  /**
   * From now on connections of the pool are ended that wait for an answer which the server does not owe them.
   * @returns what ends the watch
   */
  watchConnections(patience?: Patience): () => void {
    return this.#unanswered.watch(patience);
  }

  /** Asked on a connection like the first of them; behind a pooler nobody knows which session serves whom. */
  async #owedNothing(clients: readonly ClientState[]): Promise<readonly ClientState[] | null> {
    const [first] = clients;
    if (!first) return [];
    const limits = { connectionTimeoutMillis: ASK_MS, query_timeout: ASK_MS };
    const asking = new pg.Client({ ...configLike(first, 'watch'), ...limits });
    asking.on('error', () => undefined);
    try {
      await asking.connect();
      if (!(await this.#hasOwnSession(asking))) return null;
      const rows = await this.runOn(asking, findIdleSessions, [clients.map(({ processID }) => processID ?? 0)]);
      const idle = new Set(rows.map(({ pid }) => pid));
      return clients.filter(({ processID }) => idle.has(processID ?? 0));
    } catch {
      return null; // asked again at the next look
    } finally {
      void endClient(asking);
    }
  }

  /**
   * Runs work that waits for nothing but the database in one transaction on a connection of the pool: a process that stands
   * still does not hold it open. `REPEATABLE READ`: all of it in one snapshot.
   */
  transaction<T>(
    work: (manager: EntityManager) => Promise<T>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<T> {
    return this.dataSource.transaction(isolation, async (manager) => {
      await this.#limitIdle(manager);
      return work(manager);
    });
  }

  /** Runs work that may wait for anything in one transaction, however long it takes, and then what Rowlock adds to it. */
  userTransaction<T, U>(
    work: (manager: EntityManager) => Promise<T> | T,
    conclude: (manager: EntityManager, result: T) => Promise<U>,
  ): Promise<U> {
    return this.dataSource.transaction('READ COMMITTED', async (manager) => {
      const result = await work(manager);
      await this.#limitIdle(manager);
      return conclude(manager, result);
    });
  }

  async #limitIdle(manager: EntityManager): Promise<void> {
    await this.runOn(manager, setLocal, ['idle_in_transaction_session_timeout', String(IDLE_LIMIT_MS)]);
  }
}

/**
 * A statement with its name, for those who look at `pg_stat_activity`, `pg_stat_statements` and the server's log; after the
 * first word, because the server does not keep what stands before it.
 */
function labelled(text: string, name: string): string {
  return text.replace(/\w+/, (word) => `${word} /* rowlock:${name} */`);
}

/** pg's pool does not tell of connections that are being made; one of another make has none that we could name. */
function clientsOf({ driver }: DataSource): readonly ClientState[] {
  const { master } = driver as unknown as { readonly master?: { readonly _clients?: readonly ClientState[] } };
  return master?._clients ?? [];
}

/** TypeORM gives an array of rows, drivers an object with them. */
function rowsOf(answer: unknown): readonly Row[] {
  if (Array.isArray(answer)) return answer as Row[];
  const { rows } = answer as { rows: Row[] };
  return rows;
}

/** Channels are identifiers, cut at 63 bytes; a long schema name is told apart by its digest. */
function channel(schema: string, purpose: string): string {
  const name = `rowlock:${schema}:${purpose}`;
  if (Buffer.byteLength(name) <= 63) return name;
  return `rowlock:${createHash('sha256').update(schema).digest('hex').slice(0, 32)}:${purpose}`;
}
