import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { eventually } from '../support/eventually.js';
import { aborted, makeGate } from '../support/gate.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();

/** Waits until the worker's row says that its loop is blocked, and prints the row: nobody in the blocked process can. */
const OBSERVE = `
import pg from 'pg';
const [url, schema] = process.argv.slice(1);
const client = new pg.Client(url);
await client.connect();
const row = "select id, blocked_ms, heartbeat_at + lease_ms * interval '1 millisecond' > clock_timestamp() as leased from ";
for (;;) {
  const { rows } = await client.query(row + schema + '.worker');
  if (rows.every((worker) => worker.blocked_ms <= 1_000)) continue;
  console.log(JSON.stringify(rows));
  break;
}
await client.end();`;

describe('the heartbeat', () => {
  it('F-8 keeps the lease of a worker whose event loop is blocked, and tells of it', async () => {
    let calls = 0;
    const compute = defineHandler({
      name: 'compute',
      payload: NoPayload,
      handle: () => {
        calls++;
        const args = ['--input-type=module', '--eval', OBSERVE, rowlock.applicationUrl, rowlock.schema];
        return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 25_000 })) as object[];
      },
    });
    const application = await rowlock.application({ handlers: [compute], worker: { lease: '5s' } });
    const workerId = application.worker.id;
    const { id } = await application.jobs.enqueue(compute, {});
    const seen = await application.jobs.handle(id).result({ timeout: '28s' });
    expect(seen).toEqual([{ id: workerId, leased: true, blocked_ms: expect.any(Number) }]);
    expect(await application.event('worker.block')).toMatchObject({ workerId });
    expect(calls).toBe(1);
    expect(application.worker.id).toBe(workerId);
    expect(application.events('worker.lapse')).toEqual([]);
    expect(application.events('job.rescue')).toEqual([]);
    await eventually('the row says that it is blocked no more', () =>
      rowlock.value('select blocked_ms < 1000 from $s.worker'),
    );
  }, 30_000);

  it('goes on while no job runs, so that the worker keeps its id', async () => {
    const idle = defineHandler({ name: 'idle', payload: NoPayload, handle: () => undefined });
    const application = await rowlock.application({ handlers: [idle] });
    const { id: workerId } = application.worker;
    const first = await rowlock.value<Date>('select heartbeat_at from $s.worker');
    await eventually('the lease has been extended past its first end', async () => {
      return Number(await rowlock.value<Date>('select heartbeat_at from $s.worker')) > Number(first) + 1_500;
    });
    expect(application.worker.id).toBe(workerId);
    expect(application.events('worker.block')).toEqual([]);
  });
});

/** What a rescue of the worker's jobs leaves, and the removal of the worker. */
const REMOVED = [
  'update $s.job set token = null, worker_id = null, claimed_at = null, deadline_at = null',
  'delete from $s.claim',
  'delete from $s.worker',
];
const EXPIRED = [`update $s.worker set heartbeat_at = '-infinity'`];

describe('a worker that lost its lease', () => {
  /** A handler that tells of its abort and then waits for the test. */
  function stubborn() {
    const [started, goOn] = [makeGate<JobContext>(), makeGate()];
    const reasons: unknown[] = [];
    const answers = ['the late answer', 'the answer in time'];
    const handler = defineHandler({
      name: 'stubborn',
      payload: NoPayload,
      handle: async (_, job) => {
        const answer = answers.shift();
        started.open(job);
        if (answer === 'the late answer') {
          reasons.push(await aborted(job.signal));
          await goOn.opened;
        }
        return answer;
      },
    });
    return { handler, started, goOn, reasons };
  }

  it.each([
    ['because its row was removed', REMOVED],
    ['because its row says that it has expired', EXPIRED],
  ])(
    '%s goes on under a new id, and its late answer changes nothing',
    async (_, losing) => {
      const { handler, started, goOn, reasons } = stubborn();
      const application = await rowlock.application({ handlers: [handler] });
      const { id: firstId } = application.worker;
      const { id } = await application.jobs.enqueue(handler, {});
      const { token } = await started.opened;
      const loss = await rowlock.begin();
      for (const sql of losing) await loss.manager.query(sql.replaceAll('$s', rowlock.schema));
      await loss.commit();
      expect(await application.event('worker.lapse')).toMatchObject({ workerId: firstId });
      await eventually('the handler is told', () => reasons.length > 0);
      expect(reasons).toMatchObject([{ code: 'LEASE_LOST' }]);
      expect(await application.jobs.handle(id).result({ timeout: '10s' })).toBe('the answer in time');
      const secondId = application.worker.id;
      expect(secondId).not.toBe(firstId);
      goOn.open();
      expect(await application.event('job.lost')).toMatchObject({ id, workerId: firstId });
      const job = await application.jobs.get(id);
      expect(job).toMatchObject({ state: 'completed', result: 'the answer in time', workerId: secondId, attempt: 2 });
      expect(await rowlock.value('select token::text from $s.job_history where id = $1', [id])).not.toBe(String(token));
      expect(application.events('job.complete')).toHaveLength(1);
      expect(application.events('worker.lapse')).toHaveLength(1);
      await eventually('only the new row is there', async () => {
        const rows = await rowlock.query<{ id: string }>('select id from $s.worker');
        return rows.length === 1 && rows[0]?.id === secondId;
      });
    },
    20_000,
  );
});
