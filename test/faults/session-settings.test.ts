import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { withClient } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { makeGate } from '../support/gate.js';
import { PIPELINE_HANDLERS, PIPELINES, tasks } from '../support/pipeline-tasks.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

class Numbered {
  @IsInt() n!: number;
}

const rowlock = useRowlock();
const numbers = (count: number): Numbered[] => Array.from({ length: count }, (_, n) => ({ n }));
const states = (): Promise<readonly { state: string; count: number; attempts: number }[]> =>
  rowlock.query('select state, count(*)::int, max(attempt) as attempts from $s.jobs group by 1 order by 1');
const messageOf = (error: unknown): string => (error as Error).message;
const everythingIsOver = (): Promise<unknown> =>
  eventually(
    'everything is over',
    () => rowlock.value('select not exists (select from $s.job) and not exists (select from $s.job_waiting)'),
    { timeout: 40_000 },
  );

describe('sessions that are not READ COMMITTED by default', () => {
  const keyed = defineHandler({ name: 'keyed', payload: Numbered, lock: '{n}', handle: ({ n }) => ({ n }) });
  const unique = defineHandler({
    name: 'unique',
    payload: Numbered,
    unique: { key: '{n}' },
    handle: ({ n }) => ({ n }),
  });
  const effect = defineHandler({
    name: 'effect',
    payload: Numbered,
    transactional: true,
    handle: async ({ n }, job) => {
      await job.manager.query('select 1');
      return { n };
    },
  });

  it.each(['serializable', 'repeatable read'])(
    'F-12 are worked with all the same: %s',
    async (level) => {
      const handlers = [keyed, unique, effect, ...PIPELINE_HANDLERS];
      const options = { handlers, pipelines: PIPELINES, settings: { default_transaction_isolation: level } };
      const [one, two] = [await rowlock.application(options), await rowlock.application(options)];
      const runs = await Promise.all(
        numbers(10).map(({ n }) => one.jobs.start(tasks, { first: { n }, each: [{ n }, { n }], last: {} })),
      );
      await Promise.all(
        [one, two].flatMap(({ jobs }) => [
          ...numbers(40).flatMap(({ n }) => [
            jobs.enqueue(keyed, { n: n % 4 }),
            jobs.enqueue(unique, { n: n % 8 }),
            jobs.enqueue(effect, { n }),
          ]),
        ]),
      );
      for (const [n, run] of runs.entries()) expect(await run.result({ timeout: '30s' })).toEqual({ n: 2 * n });
      await everythingIsOver();
      expect((await states()).map(({ state }) => state)).toEqual(['completed']);
      expect(await runViolations(rowlock.database)).toEqual([]);
      expect([one, two].flatMap(({ events }) => events('worker.lapse'))).toEqual([]);
    },
    60_000,
  );
});

describe('handlers that hold every connection of the pool', () => {
  it('F-15 keep neither the lease nor the outcomes of their worker', async () => {
    const [gate, other] = [makeGate(), makeGate()];
    let held = 0;
    const hold = defineHandler({
      name: 'hold',
      payload: NoPayload,
      inject: [DataSource] as const,
      handle: async (_, __, [dataSource]) => {
        const runner = dataSource.createQueryRunner();
        await runner.connect();
        held++;
        await gate.opened;
        await runner.release();
      },
    });
    const quick = defineHandler({ name: 'quick', payload: NoPayload, handle: () => other.opened });
    const connections = 8;
    const application = await rowlock.application({
      handlers: [hold, quick],
      connections,
      worker: { concurrency: 20 },
    });
    const { id } = await application.jobs.enqueue(quick, {}, { priority: 0 });
    await application.jobs.enqueueMany(
      hold,
      Array.from({ length: 15 }, () => ({})),
    );
    const pool = (application.dataSource.driver as unknown as { master: { waitingCount: number } }).master;
    await eventually('the pool has no connection left', () => held > 0 && pool.waitingCount > 0);
    other.open();
    await eventually('an outcome is stored all the same', () =>
      rowlock.value('select exists (select from $s.job_history where id = $1)', [id]),
    );
    const { id: workerId } = application.worker;
    const beat = (): Promise<Date> => rowlock.value('select heartbeat_at from $s.worker');
    const first = Number(await beat());
    await eventually('the lease goes on', async () => Number(await beat()) > first + 1_500);
    gate.open();
    await everythingIsOver();
    expect(application.worker.id).toBe(workerId);
    expect(await states()).toEqual([{ state: 'completed', count: 16, attempts: 1 }]);
  }, 60_000);
});

describe('statements that are cut off', () => {
  const CUTS = 5;

  it('F-16 now and then keep no job from its one end', async () => {
    await rowlock.query('create table if not exists $s.effect (n int not null)');
    const effect = defineHandler({
      name: 'effect',
      payload: Numbered,
      transactional: true,
      retry: { attempts: 100, backoff: 'fixed', delay: '10ms' },
      handle: ({ n }, job) => job.manager.query(`insert into ${rowlock.schema}.effect values ($1)`, [n]),
    });
    const plain = defineHandler({ name: 'plain', payload: Numbered, handle: ({ n }) => n });
    const settings = { statement_timeout: '300ms' };
    const { events } = await rowlock.application({ handlers: [effect, plain], settings });
    const producer = await rowlock.application();
    const cuts = (): number =>
      [...events('error'), ...events('job.retry')].filter(({ error }) => /statement timeout/.test(messageOf(error))).length; // prettier-ignore
    await withClient(rowlock.url, async (client) => {
      while (cuts() < CUTS) {
        for (const handler of [effect, plain]) await producer.jobs.enqueueMany(handler, numbers(100));
        await client.query(`begin; lock table ${rowlock.schema}.job in exclusive mode`);
        await delay(500); // longer than any statement may take
        await client.query('commit');
      }
    });
    await everythingIsOver();
    expect((await states()).map(({ state }) => state)).toEqual(['completed']);
    const [{ jobs = 0, effects = 1 } = {}] = await rowlock.query<{ jobs: number; effects: number }>(
      `select (select count(*) from $s.jobs where name = 'effect')::int as jobs, (select count(*) from $s.effect)::int as effects`,
    );
    expect(effects).toBe(jobs);
    await rowlock.query('truncate $s.effect');
  }, 60_000);

  it('F-17 leave no connection of the pool inside a transaction', async () => {
    const application = await rowlock.application({ connections: 2, settings: { statement_timeout: '100ms' } });
    const plain = defineHandler({ name: 'plain', payload: Numbered, handle: ({ n }) => n });
    const enqueueAndSleep = application.dataSource.transaction(async (manager) => {
      await application.jobs.enqueue(plain, { n: 0 }, { manager });
      await manager.query('select pg_sleep(10)');
    });
    await expect(enqueueAndSleep).rejects.toThrow(/statement timeout/);
    const handles = await Promise.all(numbers(10).map((payload) => application.jobs.enqueue(plain, payload)));
    const seen = await rowlock.query<{ id: string }>('select id from $s.job');
    expect(seen.map(({ id }) => id).toSorted()).toEqual(handles.map(({ id }) => id).toSorted());
    const open = await rowlock.query(
      `select pid from pg_stat_activity where application_name = $1 and state like 'idle in transaction%'`,
      [rowlock.schema],
    );
    expect(open).toEqual([]);
  });
});
