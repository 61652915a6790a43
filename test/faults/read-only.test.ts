import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { useAudit } from '../support/audit.js';
import { withClient } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { checkAll } from '../support/history-checker.js';
import { OwnServer } from '../support/own-server.js';
import { useRowlock } from '../support/rowlock.js';
import { Plain } from '../support/task-handlers.js';
import { useWorkerProcesses, type WorkerProcess } from '../support/worker-processes.js';

const SECONDS = 5;

let server: OwnServer;
beforeAll(async () => {
  server = await OwnServer.start();
}, 60_000);

const workers = useWorkerProcesses();
const rowlock = useRowlock(() => server.url);
const audit = useAudit(rowlock);
afterAll(() => server.remove());

/** For all sessions, at their next transaction: as a primary becomes that is about to be replaced, or whose disk is nearly full. */
async function setReadOnly(readOnly: boolean): Promise<void> {
  await withClient(server.url, async (client) => {
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter system set default_transaction_read_only = ${readOnly ? 'on' : 'off'}`);
    await client.query('select pg_reload_conf()');
  });
  await eventually('sessions obey', () =>
    withClient(server.url, async (client) => {
      const { rows } = await client.query<{ value: string }>(
        `select current_setting('transaction_read_only') as value`,
      );
      return rows[0]?.value === (readOnly ? 'on' : 'off');
    }),
  );
}

const complaints = (worker: WorkerProcess): number[] =>
  worker.lines
    .filter(({ level, where }) => level === 'error' && where !== undefined)
    .map(({ timestamp }) => Date.parse(String(timestamp)));

describe('a server that takes no writes for a while', () => {
  it('F-35 is waited for with at most one log line a second, and the work goes on', async () => {
    const { jobs } = await rowlock.application();
    const worker = await workers.start(rowlock, { log: true });
    const running = await jobs.enqueueMany(Plain, Array.from({ length: 4 }, () => ({ fate: 'ignore', ms: 1_000 }) as const)); // prettier-ignore
    const later = await jobs.enqueueMany(Plain, [{ fate: 'work' }, { fate: 'work' }], { delay: '1s' });
    await eventually('the handlers are at work', async () => (await audit.visits()).length === 4);
    await setReadOnly(true);
    await eventually('the worker has noticed', () => complaints(worker).length > 0);
    await delay(SECONDS * 1_000); // an outage has a length
    await setReadOnly(false);
    for (const { id } of [...running, ...later]) await jobs.handle(id).result({ timeout: '30s' });
    const { id } = await jobs.enqueue(Plain, { fate: 'work' });
    await jobs.handle(id).result({ timeout: '20s' });
    const times = complaints(worker);
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(gaps.filter((gap) => gap < 950)).toEqual([]);
    expect(times.length).toBeGreaterThan(1);
    expect(checkAll(await audit.transitions(), await audit.visits())).toEqual([]);
    worker.signal('SIGTERM');
    expect(await worker.ended).toEqual({ code: 0, signal: null });
  }, 90_000);
});
