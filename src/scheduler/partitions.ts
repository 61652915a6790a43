import type { EntityManager } from 'typeorm';
import type { Database } from '../repositories/database.js';
import {
  dropPartition,
  findStrayRows,
  listPartitions,
  lockPartitions,
  makePartition,
  tryLockPartitions,
  upcomingDays,
} from '../repositories/sql/make-partitions.js';
import { setLocal } from '../repositories/sql/set-local.js';

/** Waiting for each other keeps nobody else waiting, so it may take longer than waiting for a table. */
const TURN_TIMEOUT_MS = 30_000;

interface PartitionsOptions {
  readonly lockTimeoutMs?: number;
  readonly waitsForTurn?: boolean;
}

/**
 * The day partitions of the history. Each is made or dropped in a transaction of its own that gives up when it has to wait
 * for a lock, because whoever waits for a table's strongest lock keeps everybody else waiting behind it. What could not be
 * done is done the next time: until then, the default partition takes the rows, and expired days take room.
 */
export class Partitions {
  readonly #lockTimeoutMs: number;
  readonly #waitsForTurn: boolean;

  /**
   * @param options.lockTimeoutMs how long to wait for a table that another session uses; milliseconds
   * @param options.waitsForTurn whether to wait while another session makes or drops partitions; else what it might be at
   * is left to it, and to the next time
   */
  constructor(
    private readonly database: Database,
    { lockTimeoutMs = 1_000, waitsForTurn = true }: PartitionsOptions = {},
  ) {
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#waitsForTurn = waitsForTurn;
  }

  /**
   * Makes the partitions of today and of the days ahead that are not there; safe when several processes do it at once.
   * @param daysAhead more than the default retention has, so that what finishes now has its partition already
   * @returns the names of those that this call made
   */
  async ensure(daysAhead = 9): Promise<readonly string[]> {
    const present = await this.#present();
    const days = await this.database.run(upcomingDays, [daysAhead]);
    const missing = days.map(({ day }) => day).filter((day) => !present.has(`job_history_${day}`));
    return this.#each(missing, (day) => this.#make(day));
  }

  /** Drops the partitions of days that are over. @returns the names of those that this call dropped */
  async dropExpired(): Promise<readonly string[]> {
    const expired = [...(await this.#present())].filter(([, isExpired]) => isExpired).map(([name]) => name);
    return this.#each(expired, (name) => this.#drop(name));
  }

  /** One that fails keeps no other from its turn; the first failure is thrown after the last turn. */
  async #each(items: readonly string[], work: (item: string) => Promise<string | null>): Promise<readonly string[]> {
    const done: string[] = [];
    const failures: unknown[] = [];
    for (const item of items) {
      await work(item).then(
        (name) => name && done.push(name),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) throw failures[0];
    return done;
  }

  #make(day: string): Promise<string | null> {
    const name = `job_history_${day}`;
    return this.#alone(async (manager) => {
      if ((await this.#present(manager)).has(name)) return null;
      const { schema } = this.database;
      const [stray] = await manager.query<{ found: boolean }[]>(findStrayRows(schema, day));
      for (const statement of makePartition(schema, day, stray?.found ?? false)) await manager.query(statement);
      return name;
    });
  }

  #drop(name: string): Promise<string | null> {
    return this.#alone(async (manager) => {
      if (!(await this.#present(manager)).has(name)) return null;
      for (const statement of dropPartition(this.database.schema, name)) await manager.query(statement);
      return name;
    });
  }

  /** @returns null also if it is another's turn */
  #alone<T>(work: (manager: EntityManager) => Promise<T>): Promise<T | null> {
    return this.database.transaction(async (manager) => {
      await this.database.runOn(manager, setLocal, ['lock_timeout', String(TURN_TIMEOUT_MS)]);
      const [turn] = await this.database.runOn(manager, this.#waitsForTurn ? lockPartitions : tryLockPartitions, []);
      if (!turn?.locked) return null;
      await this.database.runOn(manager, setLocal, ['lock_timeout', String(this.#lockTimeoutMs)]);
      return work(manager);
    });
  }

  /** Names, with whether their day is over. */
  async #present(manager: EntityManager = this.database.dataSource.manager): Promise<ReadonlyMap<string, boolean>> {
    const rows = await this.database.runOn(manager, listPartitions, []);
    return new Map(rows.map(({ name, expired }) => [name, expired]));
  }
}
