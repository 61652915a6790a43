import 'reflect-metadata';
import pg from 'pg';
import { migrationsIn } from '../../migrations/index.js';
import { Database } from '../../src/repositories/database.js';
import { Partitions } from '../../src/scheduler/partitions.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';
import { FILLS } from './fill.js';

/** What the planner is told of the tables. */
export const STATISTICS = ['of the first rows', 'none', 'fresh'] as const;
export type Statistics = (typeof STATISTICS)[number];

/** A schema with a million rows of most kinds, whose statistics are what a test says. Needs a superuser. */
export class MillionSchema {
  database!: Database;
  client!: pg.Client;
  #schema!: TestSchema;

  /** Leaves the tables with the statistics of their first rows. */
  async open(): Promise<void> {
    this.#schema = await createTestSchema();
    const dataSource = await this.#schema.open();
    await dataSource.transaction(async ({ queryRunner }) => {
      if (!queryRunner) throw new Error('a transaction has a query runner');
      for (const Migration of migrationsIn(this.#schema.name)) await new Migration().up(queryRunner);
    });
    this.database = new Database(dataSource, this.#schema.name);
    await new Partitions(this.database, { lockTimeoutMs: 30_000 }).ensure();
    this.client = new pg.Client({ connectionString: this.#schema.url, application_name: this.#schema.name });
    await this.client.connect();
    await this.#withoutAutovacuum();
    for (const group of FILLS) {
      for (const { fill } of group) await this.client.query(this.#sql(fill({ from: 1, to: 1 })));
    }
    await this.#analyze();
    await Promise.all(FILLS.map((group) => this.#fill(group)));
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.#schema.drop();
  }

  /** Each can follow only those before it. Removes what tests left in the history's partitions that are empty yet. */
  async use(statistics: Statistics): Promise<void> {
    if (statistics !== 'of the first rows') await this.client.query(this.#sql('vacuum $s.job_history'));
    if (statistics === 'fresh') await this.#analyze();
    if (statistics === 'none') {
      await this.client.query(this.#sql(`delete from pg_statistic where starelid in (${RELATIONS})`));
      await this.client.query(
        this.#sql(`update pg_class set relpages = 0, reltuples = -1, relallvisible = 0
          where relnamespace = '$s'::regnamespace and relkind in ('r', 'p', 'i', 'I')`),
      );
    }
  }

  async #fill(group: (typeof FILLS)[number]): Promise<void> {
    await withClient(this.#schema.url, async (client) => {
      for (const { fill, rows } of group) {
        if (rows > 1) await client.query(this.#sql(fill({ from: 2, to: rows })));
      }
    });
  }

  async #withoutAutovacuum(): Promise<void> {
    const { rows } = await this.client.query<{ name: string }>(
      this.#sql(`select oid::regclass::text as name from pg_class where oid in (${RELATIONS}) and relkind = 'r'`),
    );
    for (const { name } of rows) await this.client.query(`alter table ${name} set (autovacuum_enabled = off)`);
  }

  async #analyze(): Promise<void> {
    const { rows } = await this.client.query<{ name: string }>(
      this.#sql(`select oid::regclass::text as name from pg_class where oid in (${RELATIONS}) and not relispartition`),
    );
    await this.client.query(`analyze ${rows.map(({ name }) => name).join(', ')}`);
  }

  #sql(text: string): string {
    return text.replaceAll('$s', this.#schema.name);
  }
}

const RELATIONS = `select oid from pg_class where relnamespace = '$s'::regnamespace and relkind in ('r', 'p')`;
