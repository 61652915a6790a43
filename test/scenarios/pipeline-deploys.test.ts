import { describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';
import { Answer, noted, STEP_HANDLERS, Write } from '../support/step-tasks.js';

const rowlock = useRowlock();
const DAY = 86_400_000;
const QUICK = { timeout: '20s' } as const;

/** A pipeline as it was, and as it is after a deploy: another step, and another name for the signal. */
const before = noted('greeting')
  .step('first', Write)
  .sleep('pause', '1d')
  .signal('told', Answer)
  .step('last', Write, ({ told }) => ({ text: `before: ${told.word}` }))
  .build();
const after = noted('greeting')
  .step('first', Write)
  .step('second', Write, ({ first }) => first)
  .signal('asked', Answer)
  .step('last', Write, ({ asked }) => ({ text: `after: ${asked.word}` }))
  .build();

const deploy = (...pipelines: PipelineDefinition[]): Promise<Application> =>
  rowlock.application({ handlers: STEP_HANDLERS, pipelines });

const stateOf = async ({ pipelines }: Application, { id }: RunHandle, step: string) =>
  (await pipelines.handle(id).status()).steps.find(({ name }) => name === step)?.state;

const waitsAt = (run: RunHandle, step: string) =>
  eventually(`it waits at ${step}`, () =>
    rowlock.value<boolean>(`select exists (select from $s.job_waiting where run_id = $1 and step = $2)`, [
      run.id,
      step,
    ]),
  );

describe('a deploy that changes a pipeline', () => {
  it('leaves runs that sleep and that wait for a signal to go on by the version that they began with', async () => {
    const old = await deploy(before);
    const [asleep, waiting] = [
      await old.jobs.start(before, { text: 'a' }),
      await old.jobs.start(before, { text: 'b' }),
    ];
    await waitsAt(asleep, 'pause');
    await waitsAt(waiting, 'pause');
    const [{ id } = { id: '' }] = await rowlock.query<{ id: string }>(
      `select id from $s.job_waiting where run_id = $1`,
      [waiting.id],
    );
    await old.jobs.reschedule(id, { delay: '0ms' });
    await eventually('it waits for its signal', async () => (await stateOf(old, waiting, 'told')) === 'running');
    await waitsAt(waiting, 'told');
    await old.stop();

    // Workers that know the new version alone take signals for old runs, and leave their steps alone.
    const fresh = await deploy(after);
    await rowlock.moveClock(2 * DAY);
    const started = await fresh.jobs.start(after, { text: 'c' });
    await fresh.jobs.signal(started.id, 'asked', { word: 'c' });
    expect(await started.result(QUICK)).toEqual({ text: 'after: c' });
    expect(await fresh.jobs.signal(waiting.id, 'told', { word: 'b' })).toBe(true);
    await expect(fresh.jobs.signal(waiting.id, 'asked', { word: 'b' })).rejects.toMatchObject({
      code: 'SIGNAL_UNKNOWN',
    });
    expect(await stateOf(fresh, waiting, 'told')).toBe('running');
    expect(await stateOf(fresh, asleep, 'pause')).toBe('running');
    await fresh.stop();

    const both = await deploy(after, before);
    expect(await both.pipelines.handle(waiting.id).result(QUICK)).toEqual({ text: 'before: b' });
    await both.jobs.signal(asleep.id, 'told', { word: 'a' });
    expect(await both.pipelines.handle(asleep.id).result(QUICK)).toEqual({ text: 'before: a' });
    expect((await both.pipelines.handle(asleep.id).status()).version).toBe(before.version);
  });
});
