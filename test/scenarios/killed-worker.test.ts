import { describe, expect, it } from '@jest/globals';
import type { Jobs } from '../../src/client/jobs.js';
import type { WorkerOptions } from '../../src/container/options.js';
import { useAudit } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import { checkAll, finalStates } from '../support/history-checker.js';
import { useRowlock } from '../support/rowlock.js';
import { Booked, Locked, Plain } from '../support/task-handlers.js';
import { useWorkerProcesses } from '../support/worker-processes.js';

const workers = useWorkerProcesses();
const rowlock = useRowlock();
const audit = useAudit(rowlock);

const idsOf = (handles: readonly { readonly id: string }[]): string[] => handles.map(({ id }) => id);
const visited = (times: number): Promise<unknown> =>
  eventually(`handlers were entered ${times} times`, async () => (await audit.visits()).length >= times);
const completed = (jobs: Jobs, ids: readonly string[]): Promise<unknown> =>
  Promise.all(ids.map((id) => jobs.handle(id).result({ timeout: '20s' })));

/** One end for each job, and nothing against the rules on the way there. */
async function expectOneEndEach(ids: readonly string[], state: string): Promise<void> {
  const transitions = await audit.transitions();
  expect(checkAll(transitions, await audit.visits())).toEqual([]);
  expect(Object.fromEntries(finalStates(transitions))).toEqual(Object.fromEntries(ids.map((id) => [id, [state]])));
}

describe('a worker that is killed', () => {
  /** Sweep and poll as they are by default. */
  const worker: WorkerOptions = { lease: '2s', sweepInterval: '5s', pollInterval: '2s' };
  const PROMISED_MS = 2_000 + 5_000 + 2_000;

  it('F-1 while it leads has its jobs run elsewhere within lease, sweep and poll', async () => {
    const { jobs } = await rowlock.application();
    const victim = await workers.start(rowlock, { worker });
    const task = { fate: 'hang', until: 2 } as const;
    const ids = idsOf([
      ...(await jobs.enqueueMany(
        Plain,
        Array.from({ length: 8 }, () => task),
      )),
      await jobs.enqueue(Locked, { ...task, key: 'a' }),
      await jobs.enqueue(Locked, { fate: 'work', key: 'a' }),
    ]);
    await visited(9);
    const rescuer = await workers.start(rowlock, { worker, log: true });
    expect(rescuer.events('leader.elect')).toEqual([]);
    const killedAt = Date.now();
    victim.signal('SIGKILL');
    await completed(jobs, ids);
    const again = (await audit.visits()).slice(9);
    expect(again).toHaveLength(10);
    expect(Math.max(...again.map(({ enteredAt }) => enteredAt)) - killedAt).toBeLessThanOrEqual(PROMISED_MS);
    expect(rescuer.events('job.rescue')).toHaveLength(9);
    expect(rescuer.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await expectOneEndEach(ids, 'completed');
  });

  it('F-29 by a job, again and again, is not killed by it again when the attempts of that are spent', async () => {
    const { jobs } = await rowlock.application();
    const running = await Promise.all([1, 2, 3].map(() => workers.start(rowlock)));
    const { id } = await jobs.enqueue(Plain, { fate: 'kill' }, { attempts: 2 });
    const job = await eventually('the job is discarded', async () => {
      const found = await jobs.get(id);
      return found?.state === 'discarded' && found;
    });
    expect(job).toMatchObject({
      attempt: 2,
      maxAttempts: 2,
      reason: expect.stringContaining('All 2 attempts are spent'),
    });
    expect(job.errors.map(({ code }) => code)).toEqual(['WORKER_LOST', 'WORKER_LOST', 'ATTEMPTS_SPENT']);
    expect(await audit.visits()).toHaveLength(2);
    const survivors = running.filter((each) => each.id === job.workerId);
    expect(survivors).toHaveLength(1);
    const killed = running.filter((each) => !survivors.includes(each));
    expect(await Promise.all(killed.map(({ ended }) => ended))).toEqual(
      killed.map(() => ({ code: null, signal: 'SIGKILL' })),
    );
    await expectOneEndEach([id], 'discarded');
    await completed(jobs, idsOf([await jobs.enqueue(Plain, { fate: 'work' })]));
  });
});

describe('a worker that stands still for longer than its lease', () => {
  it('F-8 finds its jobs done elsewhere: its late answers change nothing, and it works on under a new id', async () => {
    const { jobs } = await rowlock.application();
    const still = await workers.start(rowlock);
    const task = { fate: 'ignore', ms: 3_000 } as const;
    const ids = idsOf([
      await jobs.enqueue(Plain, task),
      await jobs.enqueue(Locked, { ...task, key: 'a' }),
      await jobs.enqueue(Booked, task),
    ]);
    await visited(3);
    still.signal('SIGSTOP');
    const other = await workers.start(rowlock);
    await visited(6);
    still.signal('SIGCONT'); // its answers come while the other attempts run
    for (const id of ids) await still.event('job.lost', (lost) => lost['id'] === id);
    const renewed = await still.event('worker.start', ({ workerId }) => workerId !== still.id);
    expect(still.events('worker.lapse')).toMatchObject([{ workerId: still.id }]);
    await completed(jobs, ids);
    for (const id of ids) expect(await jobs.get(id)).toMatchObject({ attempt: 2, workerId: other.id });
    expect(await audit.ledgerViolations('booked')).toEqual([]);
    await expectOneEndEach(ids, 'completed');

    other.signal('SIGTERM');
    expect(await other.ended).toEqual({ code: 0, signal: null });
    const next = await jobs.enqueue(Plain, { fate: 'work' });
    await completed(jobs, [next.id]);
    expect((await jobs.get(next.id))?.workerId).toBe(renewed['workerId']);
  });
});
