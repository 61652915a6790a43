import { expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { Jobs } from '../../src/client/jobs.js';
import { useAudit } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import { checkAll, finalStates } from '../support/history-checker.js';
import { useRowlock } from '../support/rowlock.js';
import { Booked, Locked, Plain, type Task } from '../support/task-handlers.js';
import { useWorkerProcesses, WorkerProcesses } from '../support/worker-processes.js';

const ROUNDS = 6;
const PRODUCERS = 4;
/** Loops of a worker that ask the database; a log has one line a second of each that fails. */
const LOOPS = 10;

const workers = useWorkerProcesses();
const rowlock = useRowlock();
const audit = useAudit(rowlock);

const finished = (): Promise<number> => rowlock.value('select count(*)::int from $s.job_history');

/** Ends every session of the worker and of the producers, but for the one that asks. @returns how many of the worker's */
const terminate = (): Promise<number> =>
  rowlock.value(
    `select count(*) filter (where application_name = $2)::int
     from (select application_name, pg_terminate_backend(pid) from pg_stat_activity
       where application_name in ($1, $2) and pid <> pg_backend_pid() offset 0) ended`,
    [rowlock.schema, WorkerProcesses.sessionName(rowlock)],
  );

/** Enqueues one job, again and again until it is acknowledged: by its id, it will be there once. */
const enqueue = (jobs: Jobs, id: string, n: number): Promise<unknown> =>
  eventually('it is enqueued', () => {
    const task: Task = { fate: 'work', ms: n % 10 };
    if (n % 3 === 0) return jobs.enqueue(Locked, { ...task, key: String(n % 5) }, { id });
    return jobs.enqueue(n % 3 === 1 ? Booked : Plain, task, { id });
  });

/** Enqueues until `over`, no more than a worker can keep up with. @returns the ids of the jobs */
async function produce(jobs: Jobs, over: AbortSignal): Promise<readonly string[]> {
  const ids: string[] = [];
  while (!over.aborted) {
    const id = uuid();
    await enqueue(jobs, id, ids.length);
    ids.push(id);
    await eventually('the worker keeps up', async () => (await jobs.list({ unfinished: true }, { limit: 100 })).jobs.length < 100); // prettier-ignore
  }
  return ids;
}

it('F-4 sessions that are ended again and again under load: every acknowledged job ends once', async () => {
  const worker = await workers.start(rowlock, { worker: { lease: '10s', concurrency: 20 }, log: true });
  const { jobs } = await rowlock.application();
  const over = new AbortController();
  const produced = Promise.all(Array.from({ length: PRODUCERS }, () => produce(jobs, over.signal)));
  for (let round = 0; round < ROUNDS; round++) {
    const before = await finished();
    await eventually('the work goes on', async () => (await finished()) > before + 100);
    expect(await terminate()).toBeGreaterThan(0);
  }
  over.abort();
  const ids = (await produced).flat();
  await eventually('everything is over', async () => (await finished()) === ids.length);

  const [transitions, visits] = [await audit.transitions(), await audit.visits()];
  expect(checkAll(transitions, visits)).toEqual([]);
  const finals = finalStates(transitions);
  expect([...finals.keys()].toSorted()).toEqual(ids.toSorted());
  expect([...finals.values()].filter((states) => states.length !== 1)).toEqual([]);
  expect(await audit.ledgerViolations('booked')).toEqual([]);

  expect(worker.events('worker.lapse')).toEqual([]);
  expect(worker.events('worker.start')).toHaveLength(1);
  const complaints = worker.lines.filter(({ level, where }) => level === 'error' && where !== undefined);
  expect(complaints.length).toBeLessThanOrEqual(ROUNDS * LOOPS);
  expect(worker.events('error').length).toBeLessThanOrEqual(ROUNDS * LOOPS * 2);
  worker.signal('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  expect(await audit.remains()).toEqual({ job: 0, job_waiting: 0, claim: 0, lock: 0, unique_key: 0, worker: 0 });
}, 60_000);
