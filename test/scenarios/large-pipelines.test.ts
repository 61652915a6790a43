import { afterEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { LARGE_HANDLERS, LARGE_PIPELINES, line, streamed, wide } from '../support/large-pipelines.js';
import { type Program, runProgram } from '../support/program.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

const ITEMS = 100_000;
const RUNS = 10_000;
const WORKERS = 3;
const PATIENCE = { timeout: '4m' } as const;

const rowlock = useRowlock();
const programs: Program[] = [];
afterEach(() => Promise.all(programs.splice(0).map((program) => program.kill('SIGKILL'))));
afterEach(async () => expect(await runViolations(rowlock.database)).toEqual([]));

/** A worker in a process of its own, which works when this returns. */
async function startWorker(): Promise<Program> {
  const program = runProgram('work-large', [rowlock.applicationUrl, rowlock.schema], {
    ROWLOCK_SCHEMA: rowlock.schema,
  });
  programs.push(program);
  expect(await program.nextLine()).toBe('started');
  return program;
}

/** Starts runs, and rescues what killed workers leave; the work is done elsewhere. */
async function startLeader(): Promise<Application> {
  const idle = await rowlock.application({
    handlers: LARGE_HANDLERS,
    pipelines: LARGE_PIPELINES,
    worker: { queues: { unused: null }, lease: '1s', sweepInterval: '100ms' },
  });
  return idle;
}

describe('a fan-out of 100,000 items', () => {
  it('is joined once, in a worker of less than 400 MB', async () => {
    const starter = await startLeader();
    const worker = await startWorker();
    const run = await starter.jobs.start(wide, { n: ITEMS });
    expect(await run.result(PATIENCE)).toEqual({ n: (ITEMS * (ITEMS - 1)) / 2 });
    expect((await run.status()).steps).toMatchObject([
      { name: 'begin', total: 1, done: 1 },
      { name: 'items', total: ITEMS, done: ITEMS, failed: 0 },
      { name: 'sum', total: 1, done: 1 },
    ]);
    expect(await rowlock.query('select step, count(*)::int from $s.job_history group by 1 order by 1')).toEqual([
      { step: 'begin', count: 1 },
      { step: 'items', count: ITEMS },
      { step: 'sum', count: 1 },
    ]);
    const megabytes = Math.round(Number(await worker.nextLine()) / 1024);
    console.log(`the worker had ${megabytes} MB at most`);
    expect(megabytes).toBeLessThan(400);
  }, 300_000);

  it('is read as a stream in as little, though there are a hundred megabytes of results', async () => {
    const starter = await startLeader();
    const worker = await startWorker();
    const run = await starter.jobs.start(streamed, { n: ITEMS });
    expect(await run.result(PATIENCE)).toEqual({ n: (ITEMS * (ITEMS - 1)) / 2, all: true });
    const megabytes = Math.round(Number(await worker.nextLine()) / 1024);
    console.log(`the worker had ${megabytes} MB at most`);
    expect(megabytes).toBeLessThan(400);
  }, 300_000);
});

describe('10,000 runs of three steps, and two workers that are killed', () => {
  it('all complete, and no step is finished twice', async () => {
    await rowlock.query('create table $s.posting (run_id uuid, step text)');
    const starter = await startLeader();
    const [first, second] = await Promise.all(Array.from({ length: WORKERS }, startWorker));
    const overAfter = (runs: number): Promise<unknown> =>
      eventually(
        `${runs} runs are over`,
        () => rowlock.value(`select count(*) >= ${runs} from $s.pipeline_run where finished_at is not null`),
        { timeout: 240_000 },
      );
    const kills = (async () => {
      await overAfter(RUNS / 5);
      await first?.kill('SIGKILL');
      await startWorker();
      await overAfter(RUNS / 2);
      await second?.kill('SIGKILL');
      await startWorker();
    })();
    const starts = await Promise.all(Array.from({ length: RUNS }, (_, n) => starter.jobs.start(line, { n })));
    await kills;
    await overAfter(RUNS);
    expect(new Set(starts.map(({ id }) => id)).size).toBe(RUNS);
    expect(
      await rowlock.query(
        `select state, count(*)::int, sum((output ->> 'n')::int)::int from $s.pipeline_run group by 1`,
      ),
    ).toEqual([{ state: 'completed', count: RUNS, sum: (RUNS * (RUNS + 1)) / 2 }]);
    // What a step writes in its finish is there once, whoever ran it how often.
    expect(await rowlock.query('select count(*)::int, count(distinct run_id)::int as runs from $s.posting')).toEqual([
      { count: RUNS, runs: RUNS },
    ]);
    expect(
      await rowlock.query(
        `select step, state, count(*)::int, count(distinct run_id)::int as runs from $s.job_history group by 1, 2 order by 1`,
      ),
    ).toEqual(['first', 'second', 'third'].map((step) => ({ step, state: 'completed', count: RUNS, runs: RUNS })));
    expect(await rowlock.value('select count(*)::int from $s.job')).toBe(0);
  }, 300_000);
});
