import { afterEach, describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import type { RunStatus } from '../../src/client/run-status.js';
import { RunFailedError } from '../../src/core/errors.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Retry } from '../../src/decorators/retry.js';
import { Transactional } from '../../src/decorators/transactional.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { Handler } from '../../src/registry/handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import type { Task } from '../support/pipeline-tasks.js';
import {
  DoTask,
  PIPELINE_HANDLERS,
  PIPELINES,
  skipping,
  substituting,
  Tasks,
  tasks,
} from '../support/pipeline-tasks.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

const rowlock = useRowlock();
afterEach(async () => expect(await runViolations(rowlock.database)).toEqual([]));

/** Two workers in two applications; the first also starts the runs. */
async function twoWorkers(): Promise<[Application, Application]> {
  const options = { handlers: PIPELINE_HANDLERS, pipelines: PIPELINES, worker: { concurrency: 8, prefetch: 4 } };
  return [await rowlock.application(options), await rowlock.application(options)];
}

const input = (each: readonly Task[], rest: Partial<Tasks> = {}): Tasks => ({
  first: {},
  each: [...each],
  last: {},
  ...rest,
});
const numbered = (count: number): Task[] => Array.from({ length: count }, (_, n) => ({ n }));

const failureOf = async (run: { result(): Promise<unknown> }): Promise<RunFailedError> => {
  const thrown = await run.result().then(
    () => new Error('the run did not fail'),
    (error: unknown) => error,
  );
  if (thrown instanceof RunFailedError) return thrown;
  throw thrown as Error;
};

const stepsOf = ({ steps }: RunStatus): string[] =>
  steps.map(
    ({ name, state, done, total, failed, undo }) => `${name} ${state} ${done}/${total} ${failed} ${undo ?? '-'}`,
  );

describe('runs on two workers', () => {
  it('go to their ends, many at once', async () => {
    const [one] = await twoWorkers();
    const runs = await Promise.all(Array.from({ length: 40 }, (_, n) => one.jobs.start(tasks, input(numbered(n % 5)))));
    for (const [n, run] of runs.entries()) {
      await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: [0, 0, 1, 3, 6][n % 5] });
    }
  });

  it.each([0, 1, 200])('fan out to %i items and join once', async (count) => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(tasks, input(numbered(count)));
    const sum = numbered(count).reduce((total, { n = 0 }) => total + n, 0);
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: sum });
    expect(await rowlock.value(`select count(*)::int from $s.jobs where step = 'last'`)).toBe(1);
  });

  it('wait for a step that is retried or put off', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(tasks, input([{ does: 'snooze', ms: 100, n: 1 }, { n: 2 }]));
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 3 });
  });
});

describe('an item that is discarded when its attempts are spent', () => {
  const items = [{ n: 1 }, { does: 'fail', n: 7 }, { n: 3 }];

  it('is left out', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(skipping, input(items));
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 2 });
    expect(stepsOf(await run.status())).toEqual(['each completed 3/3 1 -', 'last completed 1/1 0 -']);
  });

  it('is replaced', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(substituting, input(items));
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 104 });
  });

  it('fails its run, and what was completed is undone', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(tasks, input(items));
    expect((await failureOf(run)).message).toBe(
      `Run ${run.id} failed: pipeline "tasks", step "each", item 1: its job was discarded: task 7 fails`,
    );
    const [first, each] = stepsOf(await run.status());
    expect(first).toBe('first completed 1/1 0 completed');
    expect(each).toMatch(/^each failed 3\/3 1 (completed|-)$/);
    const attempts = await rowlock.value(`select attempt from $s.jobs where item = 1 and name = 'do-task'`);
    expect(attempts).toBe(2);
  });

  it('is treated like one that its handler cancels or gives up', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(skipping, input([{ does: 'cancel' }, { does: 'discard' }, {}]));
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 1 });
    const cancelled = await one.jobs.start(tasks, input([], { first: { does: 'cancel', n: 4 } }));
    expect((await failureOf(cancelled)).message).toContain(
      'step "first": its job was cancelled by its handler: task 4 is not wanted',
    );
  });
});

describe('a step that fails', () => {
  it('has its run undone in reverse, retrying what does not go at once, noting what does not go at all', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(
      tasks,
      input([{ n: -1 }, { n: -9 }, { n: 0 }], { first: { n: -1 }, last: { does: 'discard' } }),
    );
    expect((await failureOf(run)).message).toMatch(
      /step "last": its job was discarded: task -10 gives up\. Not undone: "each" item 1 \(task -9 cannot be undone\)$/,
    );
    expect(stepsOf(await run.status())).toEqual([
      'first completed 1/1 0 completed',
      'each completed 3/3 0 failed',
      'last failed 1/1 1 -',
    ]);
    const order = await rowlock.query<{ step: string }>(
      `select step from $s.jobs where name = 'undo-task' order by finished_at`,
    );
    expect(order.map(({ step }) => step)).toEqual(['each', 'each', 'each', 'first']);
  });

  it('because its callback throws names pipeline, run and step', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(tasks, input([null as unknown as Task]));
    expect((await failureOf(run)).message).toMatch(
      new RegExp(`^Run ${run.id} failed: pipeline "tasks", step "each", item 0: PayloadError: `),
    );
  });
});

describe('a run that is cancelled in the middle', () => {
  it('tells the handlers that run, cancels the jobs that wait, and undoes what is wanted', async () => {
    const [one, two] = await twoWorkers();
    const run = await one.jobs.start(tasks, input(Array.from({ length: 100 }, () => ({ does: 'hang' }))));
    await eventually(
      'handlers hang on both workers',
      () => one.worker.health().running + two.worker.health().running >= 10,
    );
    const started = performance.now();
    await expect(run.cancel('the weather', { undo: true })).resolves.toBe(true);
    expect((await failureOf(run)).message).toBe(`Run ${run.id} was cancelled: the weather`);
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(stepsOf(await run.status())).toEqual(['first completed 1/1 0 completed', 'each cancelled 100/100 0 -']);
    expect(one.events('run.cancel').length + two.events('run.cancel').length).toBe(1);
  });

  it('is so by the cancel of one of its jobs, whichever application asks', async () => {
    const [one] = await twoWorkers();
    const stranger = await rowlock.application();
    for (const does of ['hang', 'snooze'] as const) {
      const run = await one.jobs.start(tasks, input([{ does, ms: 60_000 }, {}]));
      const id = await eventually(`an item of it ${does}s`, () =>
        rowlock.value<string>(`select id from $s.jobs where run_id = $1 and item = 0`, [run.id]),
      );
      await stranger.jobs.cancel(id, { reason: 'not this one' });
      expect((await failureOf(run)).message).toBe(`Run ${run.id} was cancelled: not this one`);
    }
  });

  it('ends though a handler ignores its signal', async () => {
    const [one] = await twoWorkers();
    const run = await one.jobs.start(tasks, input([{ does: 'ignore', ms: 700 }]));
    await eventually('it runs', () =>
      rowlock.value(`select count(*)::int from $s.job where item = 0 and token is not null`),
    );
    await run.cancel('enough', { undo: true });
    await expect(run.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    expect((await run.status()).steps[1]).toMatchObject({ state: 'cancelled', done: 1 });
  });
});

describe('a run of another version', () => {
  it('F-30 is left alone by workers that do not know it, and goes on with one that does', async () => {
    const changed = pipeline('tasks', { input: Tasks })
      .step('first', DoTask, ({ input }) => input.first)
      .build();
    const old = await rowlock.application({ handlers: PIPELINE_HANDLERS, pipelines: [tasks], work: false });
    const young = await rowlock.application({ handlers: PIPELINE_HANDLERS, pipelines: [changed] });
    const run = await old.jobs.start(tasks, input(numbered(3)));
    const other = await young.jobs.start(changed, input([]));
    await expect(other.result({ timeout: '20s' })).resolves.toEqual({ n: 0 });
    expect(stepsOf(await run.status())).toEqual(['first running 0/1 0 -']);
    await old.worker.start();
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 3 });
  });
});

describe('a worker that stops in the middle', () => {
  it('hands back what it holds, and the run goes on elsewhere', async () => {
    const [one, two] = await twoWorkers();
    const run = await one.jobs.start(
      tasks,
      input(Array.from({ length: 40 }, (_, n) => ({ does: 'ignore', ms: 30, n }))),
    );
    await eventually('items have ended', async () => ((await run.status()).steps[1]?.done ?? 0) > 3);
    await two.worker.stop({ timeoutMs: 0 });
    await expect(run.result({ timeout: '20s' })).resolves.toEqual({ n: 780 });
  });
});

describe('a start in a transaction that is rolled back', () => {
  it('runs nothing', async () => {
    const [one] = await twoWorkers();
    const start = one.dataSource.transaction(async (manager) => {
      await one.jobs.start(tasks, input(numbered(3)), { manager });
      throw new Error('never mind');
    });
    await expect(start).rejects.toThrow('never mind');
    const run = await one.dataSource.transaction((manager) => one.jobs.start(tasks, input([]), { manager }));
    await run.result({ timeout: '20s' });
    expect(await rowlock.value(`select count(*)::int from $s.pipeline_run`)).toBe(1);
    expect(await rowlock.value(`select count(distinct run_id)::int from $s.jobs`)).toBe(1);
  });
});

describe('a step within a transaction', () => {
  class Note {
    @IsString() text!: string;
  }

  @JobHandler({ name: 'take-note', payload: Note })
  @Retry({ attempts: 2, delay: '10ms' })
  @Transactional()
  class TakeNote implements Handler<Note, string> {
    async handle({ text }: Note, job: JobContext): Promise<string> {
      await job.manager.query(`insert into ${rowlock.schema}.note (text) values ($1)`, [`${text} ${job.attempt}`]);
      if (text === 'never' || (text === 'twice' && job.attempt === 1)) throw new Error('not now');
      return text;
    }
  }

  it('commits with its run: what it wrote, its result, and what follows', async () => {
    await rowlock.query(`create table $s.note (text text not null)`);
    const definition = pipeline('notes', { input: Note })
      .step('note', TakeNote)
      .step('hang', DoTask, () => ({ does: 'hang' }))
      .build();
    const one = await rowlock.application({ handlers: [TakeNote, DoTask], pipelines: [definition] });
    const [twice, never] = await Promise.all(['twice', 'never'].map((text) => one.jobs.start(definition, { text })));
    if (!twice || !never) throw new Error('two were started');
    await expect(never.result({ timeout: '20s' })).rejects.toThrow('step "note": its job was discarded: not now');
    await eventually('the second step has begun', async () => (await twice.status()).steps.length === 2);
    const transactions = await rowlock.query(
      `select n.text, n.xmin = s.xmin as together from $s.note n cross join $s.pipeline_step s
       where s.run_id = $1 and s.step = 'hang'`,
      [twice.id],
    );
    expect(transactions).toEqual([{ text: 'twice 2', together: true }]);
    await twice.cancel();
    await expect(twice.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  });
});
