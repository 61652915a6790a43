import { describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { mermaid } from '../../src/pipelines/mermaid.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import { noted, STEP_HANDLERS, Write } from '../support/step-tasks.js';

const rowlock = useRowlock();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const application = (...pipelines: PipelineDefinition[]): Promise<Application> =>
  rowlock.application({ handlers: STEP_HANDLERS, pipelines });

const stateOf = async (run: RunHandle, step: string): Promise<string | undefined> =>
  (await run.status()).steps.find(({ name }) => name === step)?.state;

const asleep = (run: RunHandle) => eventually('it sleeps', async () => (await stateOf(run, 'pause')) === 'running');

const jobOf = (step: string) =>
  rowlock.query<{ state: string; queue: string; priority: number; inMs: number }>(
    `select state, queue, priority, (extract(epoch from run_at - $s.clock()) * 1000)::float8 as "inMs" from $s.jobs where step = $1`,
    [step],
  );

const dayLong = noted('day-long')
  .step('first', Write)
  .sleep('pause', '1d')
  .step('last', Write, (results) => ({ text: Object.keys(results).sort().join() }))
  .build();

describe('a sleep', () => {
  it('takes no slot, and its run goes on when it is over; callbacks after it do not see it', async () => {
    const { jobs, worker } = await application(dayLong);
    const run = await jobs.start(dayLong, { text: 'a' }, { priority: 2 });
    await asleep(run);
    const [job] = await jobOf('pause');
    expect(job).toMatchObject({ state: 'scheduled', queue: 'pipelines', priority: 2 });
    expect(worker.health().running).toBe(0);
    expect(await runViolations(rowlock.database)).toEqual([]);
    await rowlock.moveClock(DAY - HOUR);
    await rowlock.engine.promote(rowlock.on, 10);
    expect(await stateOf(run, 'last')).toBeUndefined();
    await rowlock.moveClock(DAY + HOUR);
    expect(await run.result({ timeout: '20s' })).toEqual({ text: 'first,input' });
    expect(await stateOf(run, 'pause')).toBe('completed');
  });

  it.each([
    ['a time', () => '2h' as const, 2 * HOUR],
    ['a moment', () => new Date(Date.now() + 3 * HOUR), 3 * HOUR],
  ])('may be told by a callback, as %s', async (_, until, ms) => {
    const told = noted('told')
      .step('first', Write)
      .sleep('pause', ({ first }) => (first.text === 'a' ? until() : '1s'))
      .step('last', Write, ({ first }) => first)
      .build();
    const { jobs } = await application(told);
    const run = await jobs.start(told, { text: 'a' });
    await asleep(run);
    const [job] = await jobOf('pause');
    expect(Math.abs((job?.inMs ?? 0) - ms)).toBeLessThan(60_000);
    await run.cancel('enough');
    expect((await run.status()).state).toBe('cancelled');
  });

  it('whose end has passed is none', async () => {
    const late = noted('late')
      .sleep('pause', () => new Date(-1e15))
      .sleep('again', '0ms')
      .step('last', Write, ({ input }) => input)
      .build();
    const { jobs } = await application(late);
    expect(await (await jobs.start(late, { text: 'a' })).result({ timeout: '20s' })).toEqual({ text: 'a' });
  });

  it('may begin a run, beside steps that do not wait, and end it', async () => {
    const both = noted('both')
      .sleep('pause', '1h')
      .step('beside', Write, ({ input }) => input, { after: [] })
      .build();
    const { jobs } = await application(both);
    const run = await jobs.start(both, { text: 'a' });
    await eventually('the other is over', async () => (await stateOf(run, 'beside')) === 'completed');
    expect((await jobOf('pause'))[0]?.state).toBe('scheduled');
    await rowlock.moveClock(2 * HOUR);
    expect(await run.result({ timeout: '20s' })).toEqual({ pause: null, beside: { text: 'a' } });
  });

  it('is skipped if its condition says so', async () => {
    const skipping = noted('skipping')
      .step('first', Write)
      .sleep('pause', '1d', { when: ({ first }) => first.text !== 'a' })
      .step('last', Write, ({ first }) => first)
      .build();
    const { jobs } = await application(skipping);
    const run = await jobs.start(skipping, { text: 'a' });
    expect(await run.result({ timeout: '20s' })).toEqual({ text: 'a' });
    expect(await stateOf(run, 'pause')).toBe('skipped');
  });

  it('fails its run if its callback tells no time', async () => {
    const wrong = noted('wrong')
      .step('first', Write)
      .sleep('pause', () => 'tomorrow' as '1d')
      .build();
    const { jobs } = await application(wrong);
    const run = await jobs.start(wrong, { text: 'a' });
    await expect(run.result({ timeout: '20s' })).rejects.toThrow(
      /pipeline "wrong", step "pause": .*"tomorrow" is no duration/,
    );
    const first = noted('at-once').sleep('pause', () => 'tomorrow' as '1d').build(); // prettier-ignore
    await expect(jobs.start(first, { text: 'a' })).rejects.toMatchObject({ code: 'DURATION_INVALID' });
  });

  it('is woken early by whoever reschedules its job', async () => {
    const { jobs } = await application(dayLong);
    const run = await jobs.start(dayLong, { text: 'a' });
    await asleep(run);
    const { jobs: found } = await jobs.list({ queue: 'pipelines' });
    await jobs.reschedule(found[0]?.id ?? '', { delay: '0ms' });
    await run.result({ timeout: '20s' });
  });

  it('is served by a worker whose queues are others', async () => {
    const { jobs } = await rowlock.application({
      handlers: STEP_HANDLERS,
      pipelines: [dayLong],
      worker: { queues: { default: 1 } },
    });
    const run = await jobs.start(dayLong, { text: 'a' });
    await asleep(run);
    await rowlock.moveClock(2 * DAY);
    await run.result({ timeout: '20s' });
  });

  it('is drawn with round sides', () => {
    expect(mermaid(dayLong)).toContain('s1(["<b>pause</b><br>sleep"])');
  });
});
