import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Migrator } from '../../src/container/migrator.js';
import { Database } from '../../src/repositories/database.js';
import { lockPartitions } from '../../src/repositories/sql/make-partitions.js';
import { Partitions } from '../../src/scheduler/partitions.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { rejectionOf } from '../support/rejection.js';

let test: TestSchema;
let dataSource: DataSource;
let database: Database;
let partitions: Partitions;

beforeEach(async () => {
  test = await createTestSchema();
  await new Migrator(test.options(), test.name).up();
  dataSource = await test.open();
  database = new Database(dataSource, test.name);
  partitions = new Partitions(database, { lockTimeoutMs: 100 });
});

afterEach(() => test.drop());

/** The time of all sessions, in UTC. */
const setClock = (time: string): Promise<unknown> =>
  dataSource.query(
    `create or replace function ${test.name}.clock() returns timestamptz language sql stable as $$ select timestamptz '${time}Z' $$`,
  );

const finishJob = (pruneAt: string): Promise<unknown> =>
  dataSource.query(
    `insert into ${test.name}.job_history
       (id, name, queue, priority, payload, max_attempts, created_at, state, finished_at, prune_at)
     values (gen_random_uuid(), 'greet', 'default', 5, '{}', 1, now(), 'completed', now(), timestamptz '${pruneAt}Z')`,
  );

/** The partitions that hold jobs, with how many. */
async function jobsByPartition(): Promise<Record<string, number>> {
  const rows: { name: string; count: number }[] = await dataSource.query(
    `select c.relname as name, count(*)::int as count from ${test.name}.job_history h join pg_class c on c.oid = h.tableoid group by 1`,
  );
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

/** Waits until a session waits for such a lock on the history. */
const waitForLock = (mode: 'AccessExclusiveLock' | 'AccessShareLock'): Promise<unknown> =>
  eventually(`somebody waits for an ${mode}`, async () => {
    const rows: unknown[] = await dataSource.query(
      `select from pg_locks l join pg_class c on c.oid = l.relation
       where c.relnamespace = '${test.name}'::regnamespace and l.mode = $1 and not l.granted`,
      [mode],
    );
    return rows.length > 0;
  });

describe('ensure', () => {
  it('makes the days that are missing, and says which', async () => {
    await setClock('2031-05-30 23:59:59');
    expect(await partitions.ensure(3)).toEqual([
      'job_history_20310530',
      'job_history_20310531',
      'job_history_20310601',
      'job_history_20310602',
    ]);
    expect(await partitions.ensure(3)).toEqual([]);
    await setClock('2031-05-31 00:00:00');
    expect(await partitions.ensure(3)).toEqual(['job_history_20310603']);
  });

  it('makes each once when two processes do it at once', async () => {
    await setClock('2031-05-30 12:00:00');
    const others = new Partitions(new Database(await test.open(), test.name));
    const made = await Promise.all([new Partitions(database).ensure(5), others.ensure(5)]);
    expect(made.flat().toSorted()).toHaveLength(6);
    expect(new Set(made.flat()).size).toBe(6);
  });

  it('moves in what lay in the default partition, and nothing else', async () => {
    await finishJob('2031-05-29 23:59:59.999');
    await finishJob('2031-05-30 00:00:00');
    await finishJob('2031-05-30 23:59:59.999');
    await finishJob('2031-05-31 00:00:00');
    await setClock('2031-05-30 12:00:00');
    await partitions.ensure(0);
    expect(await jobsByPartition()).toEqual({ job_history_20310530: 2, job_history_default: 2 });
  });

  it('comes another time, if it need not wait, while another session is at it', async () => {
    await setClock('2031-05-30 12:00:00');
    const swept = new Partitions(database, { waitsForTurn: false });
    await withClient(test.url, async (holder) => {
      await holder.query('begin');
      await database.runOn(holder, lockPartitions, []);
      expect(await swept.ensure(1)).toEqual([]);
      await holder.query('rollback');
    });
    expect(await swept.ensure(1)).toEqual(['job_history_20310530', 'job_history_20310531']);
  });

  it('never hides what it moves from a reader that waits for it', async () => {
    await finishJob('2031-05-30 12:00:00');
    await setClock('2031-05-30 12:00:00');
    await withClient(test.url, async (holder) => {
      await holder.query('begin');
      await holder.query(`lock table ${test.name}.job_history_default in row exclusive mode`);
      const ensured = new Partitions(database, { lockTimeoutMs: 10_000 }).ensure(0);
      await waitForLock('AccessExclusiveLock');
      const read = dataSource.query<unknown[]>(`select prune_at from ${test.name}.job_history where state = $1`, [
        'completed',
      ]);
      await waitForLock('AccessShareLock');
      await holder.query('commit');
      expect(await ensured).toEqual(['job_history_20310530']);
      expect(await read).toHaveLength(1);
    });
  });

  it('makes days of UTC in a session whose own days have 23 hours', async () => {
    const elsewhere = await test.open({ extra: { options: '-c timezone=Europe/Berlin' } });
    await setClock('2031-03-29 12:00:00');
    await new Partitions(new Database(elsewhere, test.name)).ensure(3);
    await finishJob('2031-03-30 00:00:00');
    await finishJob('2031-03-30 23:30:00');
    await finishJob('2031-03-31 00:00:00');
    expect(await jobsByPartition()).toEqual({ job_history_20310330: 2, job_history_20310331: 1 });
  });

  it('gives up on a table that is in use, changes nothing, and succeeds the next time', async () => {
    await setClock('2031-05-30 12:00:00');
    await withClient(test.url, async (client) => {
      await client.query('begin');
      await client.query(`select from ${test.name}.job_history_default`);
      const error = await rejectionOf(partitions.ensure(1));
      expect(error.message).toContain('lock timeout');
    });
    expect(await partitions.ensure(1)).toEqual(['job_history_20310530', 'job_history_20310531']);
  });
});

describe('dropExpired', () => {
  it('drops the days that are over, with what is in them', async () => {
    await setClock('2031-05-30 12:00:00');
    await partitions.ensure(3);
    await finishJob('2031-05-30 13:00:00');
    await finishJob('2031-06-01 13:00:00');
    await setClock('2031-05-31 23:59:59');
    const [today] = await dataSource.query<{ day: string }[]>(
      `select to_char(now() at time zone 'UTC', 'YYYYMMDD') as day`,
    );
    const dropped = await partitions.dropExpired();
    expect(dropped).toContain('job_history_20310530');
    expect(dropped).toContain(`job_history_${today?.day}`);
    expect(dropped).not.toContain('job_history_20310531');
    expect(await jobsByPartition()).toEqual({ job_history_20310601: 1 });
    expect(await partitions.dropExpired()).toEqual([]);
  });

  it('F-40 drops the others when one is in use, and that one the next time', async () => {
    await setClock('2031-05-30 12:00:00');
    await partitions.dropExpired();
    await partitions.ensure(1);
    await setClock('2031-06-30 12:00:00');
    await withClient(test.url, async (client) => {
      await client.query('begin');
      await client.query(`select from ${test.name}.job_history_20310530`);
      expect((await rejectionOf(partitions.dropExpired())).message).toContain('lock timeout');
      await client.query('rollback');
    });
    expect(await partitions.dropExpired()).toEqual(['job_history_20310530']);
  });
});
