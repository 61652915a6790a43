import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createContainer } from '../../src/container/create-container.js';
import type { NotifierCallbacks } from '../../src/notifier/notifier.js';
import { PostgresNotifier } from '../../src/notifier/postgres-notifier.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { Database } from '../../src/repositories/database.js';
import { Telemetry } from '../../src/telemetry/events.js';
import { Worker } from '../../src/worker/worker.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { JobsAt } from '../support/jobs-at.js';
import { startPooler, type Pooler } from '../support/pooler.js';
import { useRowlock } from '../support/rowlock.js';

const greet = defineHandler({ name: 'greet', payload: NoPayload, handle: () => 'hello' });
/** So rarely that whatever a test waits for did not come by polling. */
const RARELY = { pollInterval: '1h' } as const;

const rowlock = useRowlock();
const at = new JobsAt(rowlock);

const listeners = (): Promise<number> =>
  rowlock.value(`select count(*)::int from pg_stat_activity where application_name = $1 and query like 'listen %'`, [
    rowlock.schema,
  ]);

/** A worker that listens and has nothing to do. */
async function listening(): Promise<Application> {
  const application = await rowlock.application({ handlers: [greet], worker: RARELY });
  await application.event('listen.connect');
  await eventually('the worker is idle', () => application.worker.idle);
  return application;
}

const isCompleted = (id: string): Promise<boolean> => at.get(id).then(({ state }) => state === 'completed');

describe('a worker that listens', () => {
  it('starts what other processes enqueue, without polling', async () => {
    const { worker } = await listening();
    expect(worker.health().listening).toBe(true);
    const { jobs } = await rowlock.application();
    expect(await (await jobs.enqueue(greet, {})).result({ timeout: '10s' })).toBe('hello');
  });

  it('F-7 listens again when its session is ended, and finds what it was not told of meanwhile', async () => {
    const application = await listening();
    const id = await at.enqueue(); // without a notification
    await rowlock.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and query like 'listen %'`,
      [rowlock.schema],
    );
    await application.event('listen.lost');
    await eventually('it listens again', () => application.events('listen.connect').length === 2);
    await eventually('the job has run', () => isCompleted(id));
    await eventually('the worker is idle', () => application.worker.idle);
    const { jobs } = await rowlock.application();
    expect(await (await jobs.enqueue(greet, {})).result({ timeout: '10s' })).toBe('hello');
    expect(await listeners()).toBe(1);
    expect(application.events('listen.lost')).toHaveLength(1);
  });

  it('leaves no session when it is stopped, and listens again when it is started again', async () => {
    const { worker, events } = await listening();
    await worker.stop();
    await eventually('its session is gone', async () => (await listeners()) === 0);
    expect(worker.health().listening).toBe(false);
    await worker.start();
    await eventually('it listens again', () => events('listen.connect').length === 2);
    await eventually('the worker is idle', () => worker.idle);
    const { jobs } = await rowlock.application();
    expect(await (await jobs.enqueue(greet, {})).result({ timeout: '10s' })).toBe('hello');
    expect(events('listen.lost')).toEqual([]);
  });

  it('is stopped for good by a stop in the midst of its start', async () => {
    const { worker, events } = await rowlock.application({ handlers: [greet], work: false });
    const starting = worker.start();
    expect(await worker.stop()).toEqual({ drained: true });
    await starting;
    expect(worker.state).toBe('stopped');
    await eventually('its session is gone', async () => (await listeners()) === 0);
    expect(await rowlock.value('select count(*)::int from $s.worker')).toBe(0);
    expect(events('listen.lost')).toEqual([]);
  });
});

describe('a worker that does not listen', () => {
  it('finds jobs by polling', async () => {
    const { worker, events } = await rowlock.application({ handlers: [greet], worker: { listen: false } });
    const { jobs } = await rowlock.application();
    expect(await (await jobs.enqueue(greet, {})).result({ timeout: '10s' })).toBe('hello');
    expect(worker.health().listening).toBe(false);
    expect(events('listen.connect')).toEqual([]);
    expect(await listeners()).toBe(0);
  });
});

describe('behind a pooler', () => {
  let pooler: Pooler;
  let dataSource: DataSource;

  beforeEach(async () => {
    pooler = await startPooler(rowlock.url);
    const { schema } = rowlock;
    dataSource = await new DataSource({ type: 'postgres', url: pooler.url, applicationName: schema, extra: { max: 8 } }).initialize(); // prettier-ignore
  });

  afterEach(async () => {
    await dataSource.destroy();
    await pooler.close();
  });

  it('F-14 that delivers no notifications, a worker says so once and polls', async () => {
    pooler.deaf = true;
    const container = await createContainer({
      dataSource,
      schema: rowlock.schema,
      handlers: [greet],
      worker: { pollInterval: '100ms' },
    });
    const [unavailable, connected]: [unknown[], unknown[]] = [[], []];
    const telemetry = container.get(Telemetry);
    telemetry.on('listen.unavailable', (event) => unavailable.push(event));
    telemetry.on('listen.connect', (event) => connected.push(event));
    const worker = container.get(Worker);
    await worker.start();
    try {
      await eventually('it has given up listening', () => unavailable.length > 0);
      const id = await at.enqueue();
      await eventually('the job has run', () => isCompleted(id));
      expect(worker.health().listening).toBe(false);
      await worker.stop();
      await worker.start();
      const next = await at.enqueue();
      await eventually('the next job has run', () => isCompleted(next));
      expect({ unavailable: unavailable.length, connected: connected.length }).toEqual({
        unavailable: 1,
        connected: 0,
      });
      await eventually('no session listens', async () => (await listeners()) === 0);
    } finally {
      await worker.stop({ timeoutMs: 0 });
    }
  }, 20_000);

  it('that lets notifications pass, only slowly, because the application uses all connections, it listens', async () => {
    const only = await new DataSource({ type: 'postgres', url: pooler.url, applicationName: rowlock.schema, extra: { max: 1 } }).initialize(); // prettier-ignore
    const ready: boolean[] = [];
    const callbacks: NotifierCallbacks = {
      onReady: (listens) => ready.push(listens),
      onJobs: () => undefined,
      onCancel: () => undefined,
    };
    const notifier = new PostgresNotifier(new Database(only, rowlock.schema), new Telemetry(), callbacks);
    const started = notifier.start();
    const runner = only.createQueryRunner();
    await runner.connect(); // next in line, before the probe
    await runner.query('select pg_sleep(4)'); // longer than a notification may take
    await runner.release();
    await started;
    expect(ready).toEqual([true]);
    await notifier.stop();
    await only.destroy();
  }, 20_000);
});
