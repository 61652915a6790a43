import { describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import { mermaid } from '../../src/pipelines/mermaid.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { eventually } from '../support/eventually.js';
import type { Application } from '../support/application.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import { Answer, noted, STEP_HANDLERS, Write } from '../support/step-tasks.js';

const rowlock = useRowlock();
const HOUR = 3_600_000;
const QUICK = { timeout: '20s' } as const;

const application = (...pipelines: PipelineDefinition[]): Promise<Application> =>
  rowlock.application({ handlers: STEP_HANDLERS, pipelines });

const asked = noted('asked')
  .step('first', Write)
  .signal('told', Answer, { timeout: '1h' })
  .step('last', Write, ({ told }) => ({ text: told.word }))
  .build();

const suspended = (run: RunHandle, step = 'told') =>
  eventually('it waits', () =>
    rowlock.value<boolean>(
      `select exists (select from $s.job_waiting where run_id = $1 and step = $2 and meta ->> 'waitsFor' = $2)`,
      [run.id, step],
    ),
  );

const stepOf = async (run: RunHandle, step = 'told') => (await run.status()).steps.find(({ name }) => name === step);

describe('a step that waits for a signal', () => {
  it('takes no slot, and returns the signal', async () => {
    const { jobs, worker } = await application(asked);
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    expect(worker.health().running).toBe(0);
    expect(await runViolations(rowlock.database)).toEqual([]);
    expect(await run.signal('told', { word: 'yes' })).toBe(true);
    expect(await run.result(QUICK)).toEqual({ text: 'yes' });
  });

  it('finds one that was sent before it began', async () => {
    const idle = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked], work: false });
    const run = await idle.jobs.start(asked, { text: 'a' });
    expect(await run.signal('told', { word: 'early' })).toBe(true);
    await application(asked);
    expect(await run.result(QUICK)).toEqual({ text: 'early' });
  });

  it('takes the first, and tells the others that they came too late', async () => {
    const { jobs } = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked], work: false });
    const run = await jobs.start(asked, { text: 'a' });
    const sent = await Promise.all(['a', 'b', 'c'].map((word) => jobs.signal(run.id, 'told', { word })));
    expect(sent.filter(Boolean)).toHaveLength(1);
    await application(asked);
    const { text } = await run.result(QUICK);
    expect(text).toBe(['a', 'b', 'c'][sent.indexOf(true)]);
    expect(await run.signal('told', { word: 'late' })).toBe(false);
  });

  it('is told of its own time, which ends the run by default', async () => {
    const { jobs } = await application(asked);
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    await rowlock.moveClock(2 * HOUR);
    await expect(run.result(QUICK)).rejects.toMatchObject({ code: 'RUN_FAILED', message: expect.stringContaining('waited in vain') });
    expect((await run.status()).error).toMatchObject({ step: 'told', code: 'STEP_TIMEOUT' });
    expect(await run.signal('told', { word: 'late' })).toBe(false);
  }); // prettier-ignore

  it.each([
    ['skip', 'skipped', { text: 'nothing' }],
    [{ substitute: { word: 'instead' } }, 'substituted', { text: 'instead' }],
  ] as const)('goes on without one by the policy %j', async (onTimeout, state, output) => {
    const excused = noted('excused')
      .signal('told', Answer, { timeout: '1h', onTimeout })
      .step('last', Write, ({ told }) => ({ text: told?.word ?? 'nothing' }))
      .build();
    const { jobs } = await application(excused);
    const run = await jobs.start(excused, { text: 'a' });
    await suspended(run);
    await rowlock.moveClock(2 * HOUR);
    expect(await run.result(QUICK)).toEqual(output);
    expect(await stepOf(run)).toMatchObject({ state });
  });

  it('that is skipped, cancelled or over takes none', async () => {
    const skipped = noted('skipped')
      .signal('told', Answer, { when: () => false })
      .signal('other', Answer)
      .build();
    const { jobs } = await application(skipped);
    const run = await jobs.start(skipped, { text: 'a' });
    await suspended(run, 'other');
    expect(await run.signal('told', { word: 'a' })).toBe(false);
    await run.cancel('enough');
    expect(await run.signal('other', { word: 'a' })).toBe(false);
    expect((await run.status()).state).toBe('cancelled');
  });

  it('refuses what is not valid when it is sent, and goes on waiting', async () => {
    const { jobs } = await application(asked);
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    const wrong = jobs.signal(run.id, 'told', { wrod: 'yes' });
    await expect(wrong).rejects.toMatchObject({ code: 'PAYLOAD_INVALID', message: expect.stringContaining('asked, step told') });
    await run.signal('told', { word: 'yes' });
    expect(await run.result(QUICK)).toEqual({ text: 'yes' });
  }); // prettier-ignore

  it('refuses what is not valid when it is taken, if the sender did not know the class', async () => {
    const { jobs, events } = await application(asked);
    const stranger = await rowlock.application();
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    expect(await stranger.jobs.signal(run.id, 'told', { wrod: 'yes' })).toBe(true);
    const refused = await eventually('it is refused', () =>
      rowlock.value<string | null>('select refused from $s.pipeline_wait where outcome is null'),
    );
    expect(refused).toContain('wrod');
    expect(events('job.log')).toMatchObject([{ level: 'warn', message: expect.stringContaining('step "told" was refused') }]);
    await stranger.jobs.signal(run.id, 'told', { word: 'yes' });
    expect(await run.result(QUICK)).toEqual({ text: 'yes' });
  }); // prettier-ignore

  it('is known by its name, and a run by its id', async () => {
    const { jobs } = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked], work: false });
    const run = await jobs.start(asked, { text: 'a' });
    await expect(jobs.signal(run.id, 'first', {})).rejects.toMatchObject({
      code: 'SIGNAL_UNKNOWN',
      message: expect.stringContaining('(it has: "told")'),
    });
    for (const id of ['00000000-0000-7000-8000-000000000000', 'none'])
      await expect(jobs.signal(id, 'told', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps the answer as its class has it', async () => {
    const kept = noted('kept').signal('told', Answer).build();
    const { jobs } = await application(kept);
    const run = await jobs.start(kept, { text: 'a' });
    await run.signal('told', { word: 'yes', n: 3 });
    expect(await run.result(QUICK)).toEqual({ word: 'yes', n: 3 });
  });

  it('is drawn with a notch', () => {
    expect(mermaid(asked)).toContain('s1>"<b>told</b><br>signal"]');
  });
});

describe('a signal and the wait for it that meet', () => {
  /** A transaction that has sent the signal, and has not committed. */
  const sending = async (run: RunHandle) => {
    const sender = await rowlock.begin();
    await sender.manager.query(
      `insert into ${rowlock.schema}.pipeline_wait (run_id, step, kind, outcome, payload, answered_at)
       values ($1, 'told', 'signal', 'answered', '{"word": "yes"}', now())
       on conflict (run_id, step) do update set outcome = 'answered', payload = excluded.payload, answered_at = now()`,
      [run.id],
    );
    return sender;
  };

  it('find each other if the step begins while an early one is being sent', async () => {
    const { jobs } = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked], work: false });
    const run = await jobs.start(asked, { text: 'a' });
    const sender = await sending(run);
    await application(asked);
    await rowlock.blocked();
    await sender.commit();
    expect(await run.result(QUICK)).toEqual({ text: 'yes' });
  });

  it('is lost to nobody if it is sent in the moment before the time is over', async () => {
    const { jobs } = await application(asked);
    const run = await jobs.start(asked, { text: 'a' });
    await suspended(run);
    const sender = await sending(run);
    await rowlock.moveClock(2 * HOUR);
    await rowlock.engine.promote(rowlock.on, 10);
    await rowlock.blocked();
    await sender.commit();
    expect(await run.result(QUICK)).toEqual({ text: 'yes' });
  });

  it('waits again if the sender is rolled back', async () => {
    const { jobs } = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [asked], work: false });
    const run = await jobs.start(asked, { text: 'a' });
    const sender = await sending(run);
    await application(asked);
    await rowlock.blocked();
    await sender.rollback();
    await suspended(run);
    await run.signal('told', { word: 'again' });
    expect(await run.result(QUICK)).toEqual({ text: 'again' });
  });
});
