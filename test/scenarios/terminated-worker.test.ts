import { describe, expect, it } from '@jest/globals';
import type { Jobs } from '../../src/client/jobs.js';
import { useAudit } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import { checkAll, checkHistories, finalStates } from '../support/history-checker.js';
import { useRowlock } from '../support/rowlock.js';
import { Booked, Plain } from '../support/task-handlers.js';
import { useWorkerProcesses, type WorkerProcess } from '../support/worker-processes.js';

const workers = useWorkerProcesses();
const rowlock = useRowlock();
const audit = useAudit(rowlock);

const visited = (times: number): Promise<unknown> =>
  eventually(`handlers were entered ${times} times`, async () => (await audit.visits()).length >= times);

/** Jobs that are claimed for a worker. */
const heldBy = ({ id }: WorkerProcess): Promise<number> =>
  rowlock.value('select count(*)::int from $s.job where worker_id = $1', [id]);

/** Enqueues jobs, mostly short, until `over`. @returns their ids */
async function produce(jobs: Jobs, over: AbortSignal): Promise<readonly string[]> {
  const ids: string[] = [];
  while (!over.aborted) {
    const tasks = Array.from({ length: 50 }, (_, n) => ({ fate: 'work', ms: n % 10 === 0 ? 200 : 0 }) as const);
    for (const { id } of await jobs.enqueueMany(Plain, tasks)) ids.push(id);
    await eventually('the workers keep up', async () => {
      return (await rowlock.value<number>('select count(*)::int from $s.job')) < 200;
    });
  }
  return ids;
}

describe('SIGTERM', () => {
  it('F-19 under load ends the worker when its running jobs have ended; every job runs once, here or there', async () => {
    const { jobs } = await rowlock.application();
    const [leaving] = await Promise.all([1, 2].map(() => workers.start(rowlock, { worker: { concurrency: 4 } })));
    if (!leaving) throw new Error('two were started');
    const over = new AbortController();
    const produced = produce(jobs, over.signal);
    // Until some wait for their turn in the worker: these it must hand back.
    await eventually('it holds more than it runs', async () => (await heldBy(leaving)) > 8);
    leaving.signal('SIGTERM');
    expect(await leaving.ended).toEqual({ code: 0, signal: null });
    expect(leaving.events('worker.abort')).toEqual([]);
    expect(await rowlock.query('select from $s.worker where id = $1', [leaving.id])).toEqual([]);
    const sofar = (await audit.visits()).length;
    await visited(sofar + 100);
    over.abort();
    const ids = await produced;
    await eventually('everything is over', async () => (await jobs.list({ unfinished: true })).jobs.length === 0);

    const [transitions, visits] = [await audit.transitions(), await audit.visits()];
    expect(checkAll(transitions, visits)).toEqual([]);
    expect(Object.fromEntries(finalStates(transitions))).toEqual(
      Object.fromEntries(ids.map((id) => [id, ['completed']])),
    );
    const handedBack = transitions.filter(({ from, to }) => from === 'running' && to === 'available');
    expect(handedBack).not.toEqual([]);
    expect(handedBack.filter(({ attempt, attemptBefore }) => attempt !== attemptBefore - 1)).toEqual([]);
    expect(await rowlock.query('select distinct attempt from $s.job_history')).toEqual([{ attempt: 1 }]);
    expect(visits).toHaveLength(ids.length);
  });

  it('F-19 does not wait longer than the shutdown timeout for handlers that ignore it; their jobs go on elsewhere', async () => {
    const { jobs } = await rowlock.application();
    const leaving = await workers.start(rowlock, { worker: { shutdownTimeout: '500ms' } });
    const task = { fate: 'ignore', ms: 3_600_000 } as const;
    const handles = [await jobs.enqueue(Plain, task), await jobs.enqueue(Booked, task)];
    await visited(2);
    leaving.signal('SIGTERM');
    const other = await workers.start(rowlock);
    expect(await leaving.ended).toEqual({ code: 1, signal: null });
    const [drain, abort] = [await leaving.event('worker.drain'), await leaving.event('worker.abort')];
    expect(Number(abort.at) - Number(drain.at)).toBeGreaterThan(450);
    expect(abort['running']).toBe(2);
    expect(leaving.events('worker.stuck')).toHaveLength(2);
    await visited(4);
    for (const { id } of handles) {
      expect(await jobs.get(id)).toMatchObject({ state: 'running', attempt: 1, workerId: other.id, errors: [] });
    }
    expect(await rowlock.query('select from $s.ledger')).toEqual([]);
    expect(other.events('job.rescue')).toEqual([]);
    expect(checkHistories(await audit.transitions())).toEqual([]);
  });

  it('F-19 a second time ends the worker at once: it aborts what runs, and hands it back', async () => {
    const { jobs } = await rowlock.application();
    const leaving = await workers.start(rowlock, { worker: { shutdownTimeout: '1h' } });
    const handles = await jobs.enqueueMany(
      Plain,
      Array.from({ length: 5 }, () => ({ fate: 'hang' }) as const),
    );
    await visited(5);
    leaving.signal('SIGTERM');
    await leaving.event('worker.drain');
    expect(leaving.events('worker.abort')).toEqual([]);
    leaving.signal('SIGTERM');
    expect(await leaving.ended).toEqual({ code: 1, signal: null });
    for (const { id } of handles) {
      expect(await jobs.get(id)).toMatchObject({ state: 'available', attempt: 0, workerId: null, errors: [] });
    }
    expect(await audit.remains()).toMatchObject({ job: 5, claim: 0, worker: 0 });
    await workers.start(rowlock);
    await visited(10);
    expect(await rowlock.query('select distinct attempt from $s.job')).toEqual([{ attempt: 1 }]);
    expect(checkAll(await audit.transitions(), await audit.visits())).toEqual([]);
  });
});
