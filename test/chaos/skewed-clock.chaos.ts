import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { useAudit, type Transition } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import { checkAll } from '../support/history-checker.js';
import { useRowlock } from '../support/rowlock.js';
import { Plain } from '../support/task-handlers.js';
import { useWorkerProcesses } from '../support/worker-processes.js';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const describeWhereInstalled = existsSync(LIBRARY) ? describe : describe.skip;
if (!existsSync(LIBRARY)) console.log(`skipped: there is no ${LIBRARY} (apt install libfaketime)`);

const skewed = (by: string) => ({ LD_PRELOAD: LIBRARY, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1' });
const DELAY_MS = 2_000;
const TIMEOUT_MS = 1_000;

describeWhereInstalled('workers whose clocks are an hour wrong', () => {
  const workers = useWorkerProcesses();
  const rowlock = useRowlock();
  const audit = useAudit(rowlock);

  it.each(['+1h', '-1h'])(
    'F-10 by %s do everything in its time',
    async (by) => {
      const { jobs } = await rowlock.application();
      const victim = await workers.start(rowlock, { env: skewed(by) });
      const delayed = await jobs.enqueueMany(Plain, Array.from({ length: 50 }, () => ({ fate: 'work' }) as const), { delay: `${DELAY_MS}ms` }); // prettier-ignore
      const [hung] = await jobs.enqueueMany(Plain, [{ fate: 'hang', until: 2 }], { timeout: `${TIMEOUT_MS}ms` });
      for (const { id } of [...delayed, ...(hung ? [hung] : [])]) await jobs.handle(id).result({ timeout: '30s' });
      const orphan = await jobs.enqueue(Plain, { fate: 'hang', until: 2 });
      await eventually('it is at work', async () => (await audit.visits()).some(({ jobId }) => jobId === orphan.id));
      const rescuer = await workers.start(rowlock, { env: skewed(by) });
      victim.signal('SIGKILL');
      await jobs.handle(orphan.id).result({ timeout: '30s' });

      const transitions = await audit.transitions();
      const of = (id: string): readonly Transition[] => transitions.filter(({ jobId }) => jobId === id);
      const waits = delayed.map(({ id }) => between(of(id), 'scheduled', 'running'));
      // The delay counts from the statement, the transition from the trigger.
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(DELAY_MS - 500);
      expect(Math.max(...waits)).toBeLessThan(DELAY_MS + 10_000);
      const ran = between(of(hung?.id ?? ''), 'running', 'retryable');
      expect(ran).toBeGreaterThanOrEqual(TIMEOUT_MS - 50);
      expect(ran).toBeLessThan(TIMEOUT_MS + 10_000);
      expect(rescuer.events('job.rescue')).toMatchObject([{ id: orphan.id, dead: true }]);
      expect(victim.events('worker.lapse')).toEqual([]);
      expect(checkAll(transitions, await audit.visits())).toEqual([]);
    },
    90_000,
  );
});

/** Milliseconds, by the clock of the database, from when a job entered the one state until it entered the other. */
function between(steps: readonly Transition[], from: Transition['to'], to: Transition['to']): number {
  const [begun, ended] = [from, to].map((state) => steps.find((step) => step.to === state)?.at ?? NaN);
  return Number(ended) - Number(begun);
}
