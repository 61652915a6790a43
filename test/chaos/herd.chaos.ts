import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/own-server.js';
import { useRowlock } from '../support/rowlock.js';

const WORKERS = 20;
const JOBS = 10;

let server: OwnServer;
beforeAll(async () => {
  server = await OwnServer.start({ settings: { shared_preload_libraries: 'pg_stat_statements' } });
}, 60_000);
const rowlock = useRowlock(() => server.url);
afterAll(() => server.remove());

const echo = defineHandler({ name: 'echo', payload: NoPayload, handle: () => 'done' });

describe('many workers', () => {
  it('F-28 that are told of one job ask for it three times each at most', async () => {
    await rowlock.query('create extension if not exists pg_stat_statements');
    const quiet = { lease: '1h', pollInterval: '1h', sweepInterval: '1h' } as const;
    const workers = [];
    for (let n = 0; n < WORKERS; n++)
      workers.push(await rowlock.application({ handlers: [echo], worker: quiet, connections: 6 }));
    await Promise.all(workers.map(({ event }) => event('listen.connect')));
    const producer = await rowlock.application();
    const claims = (): Promise<number> =>
      rowlock.value(`select coalesce(sum(calls), 0)::int from pg_stat_statements where query ~ 'forgotten as'`);
    let settled = await claims();
    await eventually('they are idle', async () => settled === (settled = await claims()), { interval: 1_000 });
    for (let n = 0; n < JOBS; n++) await (await producer.jobs.enqueue(echo, {})).result({ timeout: '20s' });
    const perJob = ((await claims()) - settled) / JOBS;
    console.log(`${WORKERS} workers made ${perJob} claims for each of ${JOBS} jobs`);
    expect(perJob).toBeLessThanOrEqual(3 * WORKERS);
  }, 120_000);
});
