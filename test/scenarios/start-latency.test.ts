import { describe, expect, it } from '@jest/globals';
import { useAudit } from '../support/audit.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';
import { Plain } from '../support/task-handlers.js';
import { useWorkerProcesses } from '../support/worker-processes.js';

const TASK = { fate: 'work' } as const;

const workers = useWorkerProcesses();
const rowlock = useRowlock();
const audit = useAudit(rowlock);

/** Enqueues a job in a transaction of TypeORM's. @returns its id, and when the COMMIT was sent: epoch milliseconds */
async function enqueueAndCommit({ dataSource, jobs }: Application): Promise<{ id: string; committedAt: number }> {
  return dataSource.transaction(async (manager) => {
    const { id } = await jobs.enqueue(Plain, TASK, { manager });
    return { id, committedAt: Date.now() };
  });
}

/** Milliseconds from the commit of a new job to the entry of its handler, both by the clock of this machine. */
async function startLatency(application: Application): Promise<number> {
  const { id, committedAt } = await enqueueAndCommit(application);
  const visit = await eventually('its handler was entered', async () =>
    (await audit.visits()).find(({ jobId }) => jobId === id),
  );
  return visit.enteredAt - committedAt;
}

async function startLatencies(application: Application, count: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (let n = 0; n < count; n++) latencies.push(await startLatency(application));
  return latencies.toSorted((left, right) => left - right);
}

describe('a job that is enqueued for an idle worker', () => {
  it('starts within 50 ms of the commit, half of the time at least', async () => {
    const worker = await workers.start(rowlock, { worker: { pollInterval: '1h' } });
    await worker.event('listen.connect');
    const application = await rowlock.application();
    const latencies = await startLatencies(application, 30);
    const median = ((latencies[14] ?? NaN) + (latencies[15] ?? NaN)) / 2;
    expect(median).toBeLessThanOrEqual(50);
  });

  it('is not there, and not begun, if its transaction is rolled back', async () => {
    const worker = await workers.start(rowlock, { worker: { pollInterval: '1h' } });
    await worker.event('listen.connect');
    const application = await rowlock.application();
    const { dataSource, jobs } = application;
    const rolledBack = dataSource.transaction(async (manager) => {
      await jobs.enqueue(Plain, TASK, { manager });
      expect(await manager.query(`select from ${rowlock.schema}.job`)).toHaveLength(1);
      throw new Error('the order was not taken');
    });
    await expect(rolledBack).rejects.toThrow('the order was not taken');
    const { id } = await enqueueAndCommit(application);
    await jobs.handle(id).result({ timeout: '10s' });
    expect(await rowlock.query('select id from $s.jobs')).toEqual([{ id }]);
    expect((await audit.visits()).map(({ jobId }) => jobId)).toEqual([id]);
    expect(new Set((await audit.transitions()).map(({ jobId }) => jobId))).toEqual(new Set([id]));
  });

  it('starts within the poll interval where notifications are not available', async () => {
    const POLL_MS = 500;
    await workers.start(rowlock, { worker: { pollInterval: `${POLL_MS}ms`, listen: false, lease: '30s' } });
    const application = await rowlock.application();
    await eventually('it has been idle for so long that it looks no more often than it must', () =>
      rowlock.value(`select clock_timestamp() > started_at + interval '2 seconds' from $s.worker`),
    );
    const latencies = await startLatencies(application, 5);
    // A tenth of it is what the interval varies by; the rest is what a busy machine takes for a claim.
    expect(latencies.at(-1)).toBeLessThanOrEqual(1.1 * POLL_MS + 400);
  });
});
