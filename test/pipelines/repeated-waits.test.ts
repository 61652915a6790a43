import { describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import { Answer, noted, STEP_HANDLERS, Write } from '../support/step-tasks.js';

const rowlock = useRowlock();
const QUICK = { timeout: '20s' } as const;

const asked = noted('asked')
  .step('first', Write)
  .signal('told', Answer, { timeout: '1h' })
  .sleep('pause', '1h', { after: ['first'] })
  .step('last', Write, ({ told }) => ({ text: told.word }), { after: ['told'] })
  .build();

const application = (): Promise<Application> => rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked] });

const suspended = (run: RunHandle) =>
  eventually('it waits', () =>
    rowlock.value<boolean>(
      `select exists (select from $s.job_waiting where run_id = $1 and meta ->> 'waitsFor' = 'told')`,
      [run.id],
    ),
  );

const over = (run: RunHandle) =>
  eventually('it is over', async () => ['failed', 'cancelled'].includes((await run.status()).state));

describe('a run that is retried', () => {
  it('waits anew for a signal that did not come in time', async () => {
    const { jobs } = await application();
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    await rowlock.moveClock(2 * 3_600_000);
    await over(run);
    await rowlock.moveClock(0);
    await run.retry();
    await suspended(run);
    expect(await runViolations(rowlock.database)).toEqual([]);
    expect(await run.signal('told', { word: 'late' })).toBe(true);
    await rowlock.moveClock(2 * 3_600_000);
    expect(await run.result(QUICK)).toEqual({ pause: null, last: { text: 'late' } });
  });

  it('waits anew after a cancel, and takes no answer meanwhile', async () => {
    const { jobs } = await application();
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    await run.cancel('enough');
    expect(await run.signal('told', { word: 'too late' })).toBe(false);
    await run.retry();
    await suspended(run);
    expect(await run.signal('told', { word: 'now' })).toBe(true);
    await eventually('it is told', async () => (await run.status()).steps.some(({ name }) => name === 'last'));
    await run.cancel();
    const fork = await run.fork({ from: 'last' });
    expect((await fork.graph()).origin?.reused).toEqual(['first', 'told']);
    await fork.cancel();
  });

  it('keeps what it was sent and had not taken', async () => {
    const idle = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked], work: false });
    const run = await idle.jobs.start(asked, { text: 'a' });
    expect(await run.signal('told', { word: 'early' })).toBe(true);
    await run.cancel('enough');
    await run.retry();
    await application();
    await eventually('it is told', async () => (await run.status()).steps.some(({ name }) => name === 'last'));
    const [last] = await rowlock.query<{ payload: unknown }>(`select payload from $s.jobs where step = 'last'`);
    expect(last).toEqual({ payload: { text: 'early' } });
  });
});
