import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** In one statement, so that a long fill is not one transaction. */
const CHUNK = 100_000;
/** Retention is a week by default, so as many days' partitions hold history, besides the one that is yet to come. */
const WEEK = 7;
const TOLERANCE = 1.1;
const PATIENCE_MS = 30_000;

type Table = 'job' | 'job_history';

/**
 * Fills Rowlock's tables by copying a row that Rowlock itself has stored: a million takes seconds instead of minutes, and
 * they are as they would be. All copies carry the number of that one, so that a worker has no more to remember than the bench needs.
 */
export class Filler {
  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<Filler> {
    const client = new pg.Client(url);
    // When the bench is interrupted, its server ends first; a statement under way tells of it by itself.
    client.on('error', () => undefined);
    await client.connect();
    return new Filler(client);
  }

  /** Fills up with jobs that are ready until there are so many. There must have been one. */
  async ready(total: number): Promise<void> {
    await this.#copy('job', total - (await this.#count('job where token is null')), {});
  }

  /**
   * Replaces the history by so many jobs, as many on each day of the last week; unless there are as many, or up to a
   * tenth more. One must have ended.
   */
  async history(total: number): Promise<void> {
    await this.#daysAhead();
    const present = await this.#count('job_history');
    if (present >= total && present <= total * TOLERANCE) return;
    await this.#keepTemplate('job_history');
    await this.client.query('truncate rowlock.job_history');
    // Day by day, as it came to be.
    const age = `(${WEEK} - 1 - g * ${WEEK} / ${Math.max(1, total)}) * interval '1 day'`;
    await this.#copy('job_history', total, {
      finished_at: `clock_timestamp() - ${age}`,
      prune_at: `clock_timestamp() + interval '${WEEK} days' - ${age}`,
    });
  }

  /** Does what autovacuum would otherwise do while it is measured. */
  async settle(): Promise<void> {
    await this.client.query('vacuum (analyze)');
    await this.client.query('checkpoint');
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** @param exact values of columns that are not copied; `g` counts from 0 */
  async #copy(table: Table, count: number, exact: Readonly<Record<string, string>>): Promise<void> {
    if (count <= 0) return;
    const names = await this.#keepTemplate(table);
    const own: Readonly<Record<string, string>> = { id: 'uuidv7()', seq: `nextval('rowlock.job_seq')`, ...exact };
    const values = names.map((name) => own[name] ?? `t.${name}`).join(', ');
    const insert = `insert into rowlock.${table} (${names.join(', ')})
      select ${values} from ${table}_template t cross join generate_series($1::bigint, $2::bigint - 1) g`;
    for (let from = 0; from < count; from += CHUNK) {
      const { rowCount } = await this.client.query(insert, [from, Math.min(count, from + CHUNK)]);
      if (!rowCount) throw new Error(`There was no row in rowlock.${table} to copy.`);
    }
  }

  async #count(from: Table | `${Table} where ${string}`): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(`select count(*)::int from rowlock.${from}`);
    return rows[0]?.count ?? 0;
  }

  /** Keeps the row that is copied, since it may be gone by the next time. @returns the names of its columns */
  async #keepTemplate(table: Table): Promise<readonly string[]> {
    await this.client.query(
      `create temp table if not exists ${table}_template as select * from rowlock.${table} limit 1`,
    );
    const { fields } = await this.client.query(`select * from ${table}_template`);
    return fields.map(({ name }) => name);
  }

  /** Waits until the worker that leads has made the partitions of a week. */
  async #daysAhead(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await this.client.query<{ count: number }>(
        `select count(*)::int from pg_inherits where inhparent = 'rowlock.job_history'::regclass`,
      );
      if ((rows[0]?.count ?? 0) > WEEK + 1) return;
      if (performance.now() > deadline) throw new Error('No worker has made partitions of the history.');
      await delay(50);
    }
  }
}
