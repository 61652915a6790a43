import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobState } from '../../src/core/job-state.js';
import { Partitions } from '../../src/scheduler/partitions.js';
import { Audit, type Transition, type Visit } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import {
  checkHistories,
  checkLockKeys,
  checkUniqueKeys,
  checkVisits,
  finalStates,
  isRescue,
  repeatedVisits,
} from '../support/history-checker.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import { TaskProducer } from '../support/task-producer.js';
import { useWorkerProcesses, type WorkerProcess } from '../support/worker-processes.js';

const JOBS = 20_000;
const WORKERS = 4;
/** How long this may take on a machine that does other things as well; on two free cores it is done in half a minute. */
const PATIENCE_MS = 240_000;

const workers = useWorkerProcesses();
const rowlock = useRowlock();
const audit = new Audit(rowlock);

const startWorker = (): Promise<WorkerProcess> => workers.start(rowlock, { worker: { concurrency: 10 } });
const finished = (): Promise<number> => rowlock.value('select count(*)::int from $s.job_history');
const unfinished = (): Promise<number> =>
  rowlock.value('select (select count(*) from $s.job)::int + (select count(*) from $s.job_waiting)::int');
const ids = async (sql: string, params: readonly unknown[] = []): Promise<string[]> =>
  (await rowlock.query<{ id: string }>(sql, params)).map(({ id }) => id);

/** The process of the worker that leads. */
function leader(running: readonly WorkerProcess[]): Promise<WorkerProcess> {
  return eventually('one of the workers leads', async () => {
    const id = await rowlock.value<string>('select worker_id from $s.leader where expires_at > $s.clock()');
    return running.find((worker) => worker.events('worker.start').some(({ workerId }) => workerId === id));
  });
}

/** Kills a worker when so many jobs are over, and puts another in its place. */
async function killAfter(
  jobs: number,
  running: WorkerProcess[],
  choose: () => WorkerProcess | Promise<WorkerProcess>,
): Promise<void> {
  await eventually(`${jobs} jobs are over`, async () => (await finished()) >= jobs, { timeout: PATIENCE_MS });
  const victim = await choose();
  victim.signal('SIGKILL');
  expect(await victim.ended).toEqual({ code: null, signal: 'SIGKILL' });
  running.splice(running.indexOf(victim), 1, await startWorker());
}

/** Cancels jobs that wait for a lock key, and jobs that run and would never end, until `over`. */
async function cancelSome(producer: TaskProducer, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await producer.cancel(await ids(`select id from $s.job_waiting where state = 'pending' limit 1`));
    const lingering = [...producer.lingering];
    const visited = await ids('select distinct job_id as id from $s.visit where job_id = any($1)', [lingering]);
    await producer.cancel(visited);
    for (const id of visited) producer.lingering.delete(id);
    await delay(100);
  }
}

/** Looks at the tables now and then, until `over`. @returns what was wrong at any moment */
async function watchTables(over: AbortSignal): Promise<readonly string[]> {
  const violations: string[] = [];
  while (!over.aborted) {
    violations.push(...(await runViolations(rowlock.database)));
    await delay(500);
  }
  return violations;
}

/** @returns what was wrong with the tables meanwhile */
async function runToTheEnd(
  producer: TaskProducer,
  random: Random,
  running: WorkerProcess[],
): Promise<readonly string[]> {
  const over = new AbortController();
  const beside = Promise.all([watchTables(over.signal), cancelSome(producer, over.signal)]);
  try {
    await Promise.all([
      producer.produce(JOBS),
      killAfter(JOBS / 4, running, () => leader(running)).then(() =>
        killAfter(JOBS / 2, running, () => running[random.below(running.length)] as WorkerProcess),
      ),
    ]);
    await eventually('everything is over', async () => (await unfinished()) === 0, { timeout: PATIENCE_MS });
  } finally {
    over.abort();
  }
  const [violations] = await beside;
  return violations;
}

const countSteps = (transitions: readonly Transition[], from: JobState, to: JobState): number =>
  transitions.filter((step) => step.from === from && step.to === to).length;

const CANCELLED_FROM = ['pending', 'scheduled', 'available', 'running'] as const;

function figures(producer: TaskProducer, transitions: readonly Transition[], visits: readonly Visit[]) {
  const ends = [...finalStates(transitions).values()].flat();
  const endsAs = (state: JobState): number => ends.filter((end) => end === state).length;
  return {
    acknowledged: producer.acknowledged.size,
    completed: endsAs('completed'),
    cancelled: endsAs('cancelled'),
    discarded: endsAs('discarded'),
    rolledBack: producer.rolledBack.size,
    ignoredAsDuplicate: producer.ignored,
    transitions: transitions.length,
    claims: transitions.filter(({ to }) => to === 'running').length,
    retries: countSteps(transitions, 'running', 'retryable'),
    snoozes: countSteps(transitions, 'running', 'scheduled'),
    parked: countSteps(transitions, 'available', 'pending'),
    cancelledFrom: Object.fromEntries(CANCELLED_FROM.map((from) => [from, countSteps(transitions, from, 'cancelled')])),
    kills: 2,
    rescues: transitions.filter(isRescue).length,
    duplicateExecutions: repeatedVisits(visits, transitions).length,
  };
}

describe('four worker processes, 20,000 jobs and two kills', () => {
  it(
    'every job ends once, on a legal way, and no lock is ever held twice',
    async () => {
      const random = Random.fromEnvironment();
      await new Partitions(rowlock.database).ensure();
      await audit.install();
      const running = await Promise.all(Array.from({ length: WORKERS }, startWorker));
      const producer = new TaskProducer(await rowlock.application(), random);
      const begun = performance.now();
      const violations = await runToTheEnd(producer, random, running);
      const seconds = Math.round((performance.now() - begun) / 100) / 10;
      for (const worker of running) worker.signal('SIGTERM');
      const ends = await Promise.all(running.map(({ ended }) => ended));

      const [transitions, visits] = [await audit.transitions(), await audit.visits()];
      const counts = figures(producer, transitions, visits);
      const lapses = running.flatMap((worker) => worker.events('worker.lapse')).length;
      const errors = running.flatMap((worker) => worker.events('error'));
      const report = { ...counts, lapses, seconds, repeat: `ROWLOCK_TEST_SEED=${random.seed}` };
      console.log(JSON.stringify(report, null, 2));

      expect(violations).toEqual([]);
      expect(checkHistories(transitions)).toEqual([]);
      expect(checkLockKeys(transitions)).toEqual([]);
      expect(checkUniqueKeys(transitions)).toEqual([]);
      expect(checkVisits(visits, transitions)).toEqual([]);
      const finals = finalStates(transitions);
      expect([...finals].filter(([, states]) => states.length !== 1)).toEqual([]);
      expect(new Set(finals.keys())).toEqual(producer.acknowledged);
      expect(new Set(await ids('select id from $s.jobs'))).toEqual(producer.acknowledged);
      expect(transitions.filter(({ jobId }) => producer.rolledBack.has(jobId))).toEqual([]);
      expect(await audit.ledgerViolations('booked')).toEqual([]);
      expect(await audit.remains()).toEqual({ job: 0, job_waiting: 0, claim: 0, lock: 0, unique_key: 0, worker: 0 });
      expect(ends).toEqual(running.map(() => ({ code: 0, signal: null })));
      expect(errors).toEqual([]);

      expect(counts.acknowledged).toBeGreaterThanOrEqual(JOBS);
      const happened = [
        counts.retries,
        counts.snoozes,
        counts.parked,
        counts.rescues,
        counts.rolledBack,
        counts.ignoredAsDuplicate,
      ];
      expect([...happened, ...Object.values(counts.cancelledFrom)]).not.toContain(0);
    },
    2 * PATIENCE_MS,
  );
});
