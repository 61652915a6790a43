import { expect, it } from '@jest/globals';
import type { Tasks, Task } from '../support/pipeline-tasks.js';
import { PIPELINE_HANDLERS, PIPELINES, skipping, substituting, tasks } from '../support/pipeline-tasks.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

const rowlock = useRowlock();

const RUNS = 150;

/** The same numbers each time, from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** Mostly harmless. */
function taskOf(random: () => number): Task {
  const draw = random();
  const n = Math.floor(random() * 5) - 2;
  if (draw < 0.03) return { does: 'fail', n };
  if (draw < 0.05) return { does: 'discard', n };
  if (draw < 0.06) return { does: 'cancel', n };
  if (draw < 0.1) return { does: 'snooze', ms: 50, n };
  if (draw < 0.2) return { does: 'ignore', ms: Math.floor(random() * 20), n };
  return { n };
}

/** A step that hangs is one that only a cancel ends. */
function inputOf(random: () => number, hangs: boolean): Tasks {
  const each = Array.from({ length: Math.floor(random() * 12) }, () => taskOf(random));
  return { first: taskOf(random), each: hangs ? [...each, { does: 'hang' }] : each, last: taskOf(random) };
}

it('ends every run, with failures, cancels and three workers in each others way', async () => {
  const random = numbers(20_261_122);
  const options = { handlers: PIPELINE_HANDLERS, pipelines: PIPELINES, worker: { concurrency: 6, prefetch: 10 } };
  const applications = await Promise.all([1, 2, 3].map(() => rowlock.application(options)));
  const definitions = [tasks, tasks, skipping, substituting];
  const settled: Promise<unknown>[] = [];
  for (let at = 0; at < RUNS; at++) {
    const application = applications[at % 3];
    const definition = definitions[at % 4];
    if (!application || !definition) throw new Error('there are three and four of them');
    const hangs = random() < 0.1;
    const run = await application.jobs.start(definition, inputOf(random, hangs));
    settled.push(run.result({ timeout: '60s' }).catch((error: unknown) => error));
    if (hangs || random() < 0.15) {
      const [undo, wait] = [random() < 0.5, Math.floor(random() * 100)];
      const canceller = applications[(at + 1) % 3]?.pipelines.handle(run.id);
      settled.push(
        new Promise((resolve) => setTimeout(resolve, wait)).then(() => canceller?.cancel('enough', { undo })),
      );
    }
    if (at % 10 === 0) expect(await runViolations(rowlock.database)).toEqual([]);
  }
  await Promise.all(settled);
  expect(await runViolations(rowlock.database)).toEqual([]);
  const states = await rowlock.query<{ state: string; count: number }>(
    `select state, count(*)::int from $s.pipeline_run group by 1 order by 1`,
  );
  expect(states.map(({ state }) => state)).toEqual(['cancelled', 'completed', 'failed']);
  const ended = (['run.cancel', 'run.complete', 'run.fail'] as const).map((name) =>
    applications.reduce((sum, application) => sum + application.events(name).length, 0),
  );
  expect(ended).toEqual(states.map(({ count }) => count)); // told of once each, by whoever ended it
  expect(await rowlock.value(`select count(*)::int from $s.jobs where finished_at is null`)).toBe(0);
  expect(await rowlock.value(`select count(*)::int from $s.lock`)).toBe(0);
});
