import { describe, expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import { mermaid } from '../../src/pipelines/mermaid.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import { Answer, Erase, noted, STEP_HANDLERS, Write } from '../support/step-tasks.js';

const rowlock = useRowlock();
const HOUR = 3_600_000;
const QUICK = { timeout: '20s' } as const;

const application = (...pipelines: PipelineDefinition[]): Promise<Application> =>
  rowlock.application({ handlers: STEP_HANDLERS, pipelines });

const child = noted('child')
  .step('made', Write, { undo: Erase })
  .signal('told', Answer)
  .step('last', Write, ({ told, made }) => ({ text: `${made.text} ${told.word}` }))
  .build();

const parent = noted('parent')
  .step('first', Write, ({ input }) => input, { undo: Erase })
  .run('child', child, ({ first }) => ({ text: `${first.text}!` }))
  .step('after', Write, ({ child }) => ({ text: `${child.text} after` }))
  .build();

const stepOf = async (run: RunHandle, step: string) => (await run.graph()).steps.find(({ name }) => name === step);

/** The child run, once it waits for its signal. */
const childOf = async ({ pipelines }: Application, run: RunHandle): Promise<RunHandle> => {
  const id = await eventually('there is a child', async () => (await stepOf(run, 'child'))?.childRun);
  const handle = pipelines.handle(id);
  await eventually('it waits', async () => (await stepOf(handle, 'told'))?.wait?.openedAt);
  await eventually('its parent waits', async () => (await waiting()) === 2);
  return handle;
};

/** Jobs that are suspended. */
const waiting = () => rowlock.value<number>(`select count(*)::int from $s.job_waiting where meta ? 'waitsFor'`);

/** Names of undo jobs' runs and steps, in the order in which they ended. */
const undone = () =>
  rowlock.query<{ undone: string }>(
    `select r.name || ' ' || h.step as undone from $s.job_history h join $s.pipeline_run r on r.id = h.run_id
     where h.name = 'erase' order by h.finished_at, h.seq`,
  );

describe('a child run', () => {
  it('is started by its step, which returns its output', async () => {
    const app = await application(parent);
    const run = await app.jobs.start(parent, { text: 'a' }, { priority: 2, tags: ['vip'] });
    const handle = await childOf(app, run);
    expect(app.worker.health().running).toBe(0);
    expect(await runViolations(rowlock.database)).toEqual([]);
    expect((await handle.status()).parent).toEqual({ id: run.id, step: 'child' });
    expect((await run.status()).parent).toBeNull();
    const jobs = await rowlock.query(`select distinct priority, tags from $s.jobs`);
    expect(jobs).toEqual([{ priority: 2, tags: ['vip'] }]);
    await handle.signal('told', { word: 'yes' });
    expect(await run.result(QUICK)).toEqual({ text: 'a! yes after' });
    expect(await handle.result(QUICK)).toEqual({ text: 'a! yes' });
    expect(await stepOf(run, 'child')).toMatchObject({ state: 'completed', childRun: handle.id });
  });

  it('of the last step is the output of the run; its children may have children', async () => {
    const leaf = noted('leaf').step('leaf', Write).build();
    const middle = noted('middle').run('leaf', leaf, ({ input }) => input).build(); // prettier-ignore
    const root = noted('root').run('middle', middle, ({ input }) => input).build(); // prettier-ignore
    const { jobs } = await application(root);
    const run = await jobs.start(root, { text: 'deep' });
    expect(await run.result(QUICK)).toEqual({ text: 'deep' });
    expect(await rowlock.value(`select count(*)::int from $s.pipeline_run where state = 'completed'`)).toBe(3);
  });

  it('that has nothing to do is over at once', async () => {
    const empty = noted('empty').each('none', Write, () => []).build(); // prettier-ignore
    const root = noted('root').run('empty', empty, ({ input }) => input).build(); // prettier-ignore
    const { jobs } = await application(root);
    expect(await (await jobs.start(root, { text: 'a' })).result(QUICK)).toEqual([]);
  });

  const failing = noted('failing').step('made', Write, ({ input }) => input, { undo: Erase }).step('fails', Write, () => ({ text: 'fail' })).build(); // prettier-ignore

  it('that fails is undone, and fails its step', async () => {
    const root = noted('root')
      .step('first', Write, { undo: Erase })
      .run('child', failing, ({ input }) => input)
      .build();
    const { jobs } = await application(root);
    const run = await jobs.start(root, { text: 'a' });
    await expect(run.result(QUICK)).rejects.toThrow(/step "child": .*of pipeline "failing" failed: .*step "fails"/);
    expect((await run.status()).error).toMatchObject({ step: 'child', code: 'CHILD_RUN_FAILED' });
    expect((await undone()).map((row) => row.undone)).toEqual(['failing made', 'root first']);
  });

  it.each([
    ['skip', 'none'],
    [{ substitute: { text: 'instead' } }, 'instead'],
  ] as const)('that fails is excused by the policy %j', async (onFailure, text) => {
    const root = noted('root')
      .run('child', failing, ({ input }) => input, { onFailure })
      .step('last', Write, ({ child }) => ({ text: child?.text ?? 'none' }))
      .build();
    const { jobs } = await application(root);
    expect(await (await jobs.start(root, { text: 'a' })).result(QUICK)).toEqual({ text });
  });

  it('that is cancelled fails its step', async () => {
    const app = await application(parent);
    const run = await app.jobs.start(parent, { text: 'a' });
    await (await childOf(app, run)).cancel('not wanted');
    await expect(run.result(QUICK)).rejects.toThrow(
      /its job was cancelled by its handler: .*was cancelled: not wanted/,
    );
  });

  it.each([
    [false, []],
    [true, ['child made', 'parent first']],
  ])('is cancelled with its parent, and undone before it if it is: %s', async (undo, expected) => {
    const app = await application(parent);
    const run = await app.jobs.start(parent, { text: 'a' });
    const handle = await childOf(app, run);
    await run.cancel('enough', { undo });
    await expect(run.result(QUICK)).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    await expect(handle.result(QUICK)).rejects.toThrow(/of which it is a step, was stopped: enough/);
    expect((await undone()).map((row) => row.undone)).toEqual(expected);
    expect(await stepOf(run, 'child')).toMatchObject({ state: 'cancelled' });
  });

  it('is cancelled if a step beside it fails, and if its parent is late', async () => {
    const beside = noted('beside')
      .run('child', child, ({ input }) => input)
      .signal('go', Answer, { after: [] })
      .step('fails', Write, () => ({ text: 'fail' }))
      .build();
    const app = await application(beside);
    const [failed, late] = [
      await app.jobs.start(beside, { text: 'a' }),
      await app.jobs.start(beside, { text: 'b' }, { timeout: '1h' }),
    ];
    await eventually('both children wait', async () => (await waiting()) === 6);
    await failed.signal('go', { word: 'go' });
    await expect(failed.result(QUICK)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    await rowlock.moveClock(2 * HOUR);
    await expect(late.result(QUICK)).rejects.toMatchObject({ code: 'RUN_TIMED_OUT' });
    const states = await rowlock.query(`select name, state from $s.pipeline_run order by 1, created_at`);
    expect(states).toEqual(['beside failed', 'beside failed', 'child cancelled', 'child cancelled'].map(parts));
  });

  const parts = (text: string) => {
    const [name, state] = text.split(' ');
    return { name, state };
  };

  it('that was completed is undone by its step, which is told what the child was given and returned', async () => {
    const quick = noted('quick').step('made', Write, { undo: Erase }).build();
    const root = noted('root')
      .run('child', quick, ({ input }) => ({ text: `${input.text}!` }), { undo: Erase })
      .step('fails', Write, () => ({ text: 'fail' }))
      .build();
    const { jobs } = await application(root);
    await expect((await jobs.start(root, { text: 'a' })).result(QUICK)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    const undos = await rowlock.query(`select step, payload from $s.job_history where name = 'erase'`);
    expect(undos).toEqual([{ step: 'child', payload: { payload: { text: 'a!' }, result: { text: 'a!' } } }]);
  });

  it('whose input is not valid fails its parent, as any payload', async () => {
    const wrong = noted('wrong').run('child', child, () => ({ text: 5 as unknown as string })).build(); // prettier-ignore
    const { jobs } = await application(wrong);
    await expect(jobs.start(wrong, { text: 'a' })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID', jobName: 'child' });
  });

  it('is begun anew when its parent is retried', async () => {
    const app = await application(parent);
    const run = await app.jobs.start(parent, { text: 'a' });
    const first = await childOf(app, run);
    await run.cancel('not now');
    await expect(run.result(QUICK)).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    await run.retry();
    const second = await eventually('another child waits', async () => {
      const id = (await stepOf(run, 'child'))?.childRun ?? first.id;
      return id !== first.id && (await waiting()) === 2 && app.pipelines.handle(id, child);
    });
    await second.signal('told', { word: 'yes' });
    expect(await run.result(QUICK)).toEqual({ text: 'a! yes after' });
    expect((await first.status()).state).toBe('cancelled');
  });

  it('is cancelled with the job of its step, and so is its parent', async () => {
    const app = await application(parent);
    const run = await app.jobs.start(parent, { text: 'a' });
    const handle = await childOf(app, run);
    expect(await app.jobs.cancel(handle.id, { reason: 'by hand' })).toBe('cancelled'); // the job has the id of the run
    await expect(run.result(QUICK)).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    await expect(handle.result(QUICK)).rejects.toThrow(/was stopped: by hand/);
  });

  it('goes on to be stopped if whoever stopped its parent has died', async () => {
    const app = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [parent] });
    const run = await app.jobs.start(parent, { text: 'a' });
    const handle = await childOf(app, run);
    await rowlock.query(
      `update $s.pipeline_run set state = 'stopping', ends_as = 'cancelled', error = '{"message": "enough"}' where id = $1`,
      [run.id],
    );
    await expect(run.result(QUICK)).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    expect((await handle.status()).state).toBe('cancelled');
  });

  it('is part of the version of its parent, and registered with it', async () => {
    const other = noted('child').step('made', Write).build();
    const versions = [child, other].map((each) => noted('p').run('child', each, ({ input }) => input).build().version); // prettier-ignore
    expect(versions[0]).not.toBe(versions[1]);
    const { jobs } = await application(parent);
    const run = await jobs.start(child, { text: 'alone' });
    await run.signal('told', { word: 'yes' });
    expect(await run.result(QUICK)).toEqual({ text: 'alone yes' });
  });

  it('is drawn with slanting sides', () => {
    expect(mermaid(parent)).toContain('s1[/"<b>child</b><br>run of child"\\]');
  });
});
