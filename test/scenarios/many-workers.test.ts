import { describe, expect, it } from '@jest/globals';
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
  repeatedVisits,
} from '../support/history-checker.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { TaskProducer } from '../support/task-producer.js';
import { useWorkerProcesses, type WorkerProcess } from '../support/worker-processes.js';

const JOBS = Number(process.env['JOBS'] ?? 20_000);
const WORKERS = 4;

const workers = useWorkerProcesses();
const rowlock = useRowlock();
const audit = new Audit(rowlock);

const finished = (): Promise<number> => rowlock.value('select count(*)::int from $s.job_history');
const unfinished = (): Promise<number> =>
  rowlock.value('select (select count(*) from $s.job)::int + (select count(*) from $s.job_waiting)::int');
const start = (): Promise<WorkerProcess> => workers.start(rowlock, { worker: { concurrency: 10 } });

async function leader(running: readonly WorkerProcess[]): Promise<WorkerProcess> {
  return eventually('one of the workers leads', async () => {
    const id = await rowlock.value<string>(`select worker_id from $s.leader where expires_at > $s.clock()`);
    return running.find((worker) => worker.events('worker.start').some(({ workerId }) => workerId === id));
  });
}

describe('four worker processes, 20,000 jobs and two kills', () => {
  it('every job ends once, on a legal way, and no lock is ever held twice', async () => {
    const random = Random.fromEnvironment();
    console.log(`seed ${random.seed}: ROWLOCK_TEST_SEED=${random.seed} repeats it`);
    await new Partitions(rowlock.database).ensure();
    await audit.install();
    const running = await Promise.all(Array.from({ length: WORKERS }, start));
    const producer = new TaskProducer(await rowlock.application(), random);
    const begun = performance.now();

    const kill = async (after: number, choose: () => Promise<WorkerProcess>): Promise<void> => {
      await eventually(`${after} jobs are over`, async () => (await finished()) >= after, { timeout: 200_000 });
      const victim = await choose();
      victim.signal('SIGKILL');
      expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
      running.splice(running.indexOf(victim), 1, await start());
    };
    const kills = async (): Promise<void> => {
      await kill(JOBS / 4, () => leader(running));
      await kill(JOBS / 2, async () => random.some(running, 1)[0] as WorkerProcess);
    };
    const violations: string[] = [];
    let over = false;
    const watch = async (): Promise<void> => {
      while (!over) {
        violations.push(...(await audit.snapshotViolations()));
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    };
    const watching = watch();
    await Promise.all([producer.produce(JOBS), kills()]);
    await producer.cancelLingering(async (ids) => {
      const rows = await rowlock.query<{ id: string }>('select job_id as id from $s.visit where job_id = any($1)', [
        ids,
      ]);
      return [...new Set(rows.map(({ id }) => id))];
    });
    await eventually('everything is over', async () => (await unfinished()) === 0, { timeout: 100_000, interval: 100 });
    const seconds = (performance.now() - begun) / 1_000;
    over = true;
    await watching;
    for (const worker of running) worker.signal('SIGTERM');
    const ends = await Promise.all(running.map(({ ended }) => ended));
    expect(ends).toEqual(running.map(() => ({ code: 0, signal: null })));

    const transitions = await audit.transitions();
    const visits = await audit.visits();
    const finals = finalStates(transitions);
    console.log(report(producer, transitions, visits, finals, running, seconds));

    expect(violations).toEqual([]);
    expect(checkHistories(transitions)).toEqual([]);
    expect(checkLockKeys(transitions)).toEqual([]);
    expect(checkUniqueKeys(transitions)).toEqual([]);
    expect(checkVisits(visits, transitions)).toEqual([]);
    expect([...finals.values()].filter((states) => states.length !== 1)).toEqual([]);
    expect(new Set(finals.keys())).toEqual(producer.acknowledged);
    expect(producer.rolledBack.size).toBeGreaterThan(0);
    expect(transitions.filter(({ jobId }) => producer.rolledBack.has(jobId))).toEqual([]);
    expect(await audit.ledgerViolations('booked')).toEqual([]);
    expect(await audit.remains()).toEqual({ job: 0, job_waiting: 0, claim: 0, lock: 0, unique_key: 0, worker: 0 });
    for (const state of ['pending', 'scheduled', 'available', 'running'] as const)
      expect([state, count(transitions, state, 'cancelled')]).toEqual([state, expect.any(Number)]);
  }, 300_000);
});

function count(transitions: readonly Transition[], from: JobState, to: JobState): number {
  return transitions.filter((step) => step.from === from && step.to === to).length;
}

function report(
  producer: TaskProducer,
  transitions: readonly Transition[],
  visits: readonly Visit[],
  finals: ReadonlyMap<string, readonly JobState[]>,
  running: readonly WorkerProcess[],
  seconds: number,
): string {
  const states = [...finals.values()].flat();
  const rescued = transitions.filter(
    ({ from, to, attempt, attemptBefore }) => from === 'running' && to === 'available' && attempt === attemptBefore,
  ).length;
  return JSON.stringify(
    {
      acknowledged: producer.acknowledged.size,
      finals: Object.fromEntries(
        ['completed', 'cancelled', 'discarded'].map((state) => [state, states.filter((each) => each === state).length]),
      ),
      rolledBack: producer.rolledBack.size,
      uniqueIgnored: producer.ignored,
      transitions: transitions.length,
      claims: transitions.filter(({ to }) => to === 'running').length,
      parked: count(transitions, 'available', 'pending'),
      retried: count(transitions, 'running', 'retryable'),
      snoozed: count(transitions, 'running', 'scheduled'),
      cancelled: Object.fromEntries(
        (['pending', 'scheduled', 'available', 'retryable', 'running'] as const).map((from) => [
          from,
          count(transitions, from, 'cancelled'),
        ]),
      ),
      kills: 2,
      rescued,
      duplicateExecutions: repeatedVisits(visits, transitions).length,
      lapses: running.flatMap((worker) => worker.events('worker.lapse')).length,
      errors: running.flatMap((worker) => worker.events('error')).map(({ where, error }) => `${where}: ${error}`),
      seconds: Math.round(seconds * 10) / 10,
    },
    null,
    2,
  );
}
