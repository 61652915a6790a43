import { isDeepStrictEqual } from 'node:util';
import { expect, it } from '@jest/globals';
import type { RunHandle } from '../../src/client/run-handle.js';
import { eventually } from '../support/eventually.js';
import { answerTo, buildGraph, GRAPH_HANDLERS } from '../support/graph-pipeline.js';
import type { Interpretation } from '../support/interpret-graph.js';
import { interpretGraph } from '../support/interpret-graph.js';
import { runProgram } from '../support/program.js';
import { Random } from '../support/random.js';
import { namesOf, randomGraph, randomScript } from '../support/random-graph.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

const rowlock = useRowlock();

/** More with `ROWLOCK_TEST_GRAPHS=200`; the same again with `ROWLOCK_TEST_SEED`. */
const GRAPHS = Number(process.env['ROWLOCK_TEST_GRAPHS'] ?? 15);
const RUNS_PER_GRAPH = 3;
const MAX_STEPS = 40;

const unfinished = (): Promise<number> =>
  rowlock.value<number>(`select count(*)::int from $s.pipeline_run where finished_at is null`);

/** A run that was started, and what must become of it. */
interface Case {
  readonly run: RunHandle;
  readonly graph: string;
  readonly expected: Interpretation;
  /** Whether somebody cancels it, at any moment. */
  readonly cancelled: boolean;
}

it(
  'a pipeline of any shape does on workers what it does in memory, whichever of them is killed',
  async () => {
    const random = Random.fromEnvironment();
    const graphs = Array.from({ length: GRAPHS }, (_, at) => randomGraph(random, `g${at}`, MAX_STEPS));
    const options = { handlers: GRAPH_HANDLERS, pipelines: graphs.map(buildGraph), worker: { concurrency: 8 } };
    const [one, two] = [await rowlock.application(options), await rowlock.application(options)];
    const known = [rowlock.applicationUrl, rowlock.schema, JSON.stringify(graphs)];
    const victims = [1, 2].map(() => runProgram('work-graphs', known));
    for (const victim of victims) await victim.nextLine();
    const cases: Case[] = [];
    const signals: Promise<boolean>[] = [];
    for (const [at, graph] of graphs.entries()) {
      const definition = options.pipelines[at];
      for (let n = 0; definition && n < RUNS_PER_GRAPH; n++) {
        const script = randomScript(random, graph);
        const expected = interpretGraph(graph, script);
        const run = await one.jobs.start(definition, script).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'PIPELINE_INVALID' });
          expect([`seed ${random.seed}`, graph.name, expected.state]).toEqual([
            `seed ${random.seed}`,
            graph.name,
            'failed',
          ]);
        });
        const cancelled = random.next() < 0.1;
        if (!run) continue;
        cases.push({ run, graph: graph.name, expected, cancelled });
        signals.push(...namesOf(graph, 'signal').map((name) => two.jobs.signal(run.id, name, answerTo(name))));
        if (cancelled) void two.pipelines.handle(run.id).cancel('enough', { undo: random.next() < 0.5 });
      }
    }
    await Promise.all(signals);
    for (const [at, victim] of victims.entries()) {
      await eventually('some runs are over', async () => (await unfinished()) < cases.length * (0.7 - at * 0.3));
      await victim.kill('SIGKILL');
    }
    const violations = new Set<string>();
    await eventually(
      'all runs are over, or something is wrong',
      async () => {
        for (const violation of await runViolations(rowlock.database)) violations.add(violation);
        return violations.size > 0 || (await unfinished()) === 0;
      },
      { timeout: 20_000 + GRAPHS * 1_000, interval: 100 },
    );
    expect({ seed: random.seed, violations: [...violations] }).toEqual({ seed: random.seed, violations: [] });
    for (const each of cases) {
      expect({ seed: random.seed, graph: each.graph, faults: await faultsOf(each) }).toEqual({
        ...{ seed: random.seed, graph: each.graph, faults: [] },
      });
    }
  },
  40_000 + GRAPHS * 2_000,
);

/** What is otherwise than it must be. */
async function faultsOf({ run, expected, cancelled }: Case): Promise<string[]> {
  const { state, steps, error } = await run.status();
  const faults: string[] = [];
  if (state !== expected.state && !(cancelled && state === 'cancelled')) {
    return [`it is ${state}, and must be ${expected.state}: ${JSON.stringify(error)}`];
  }
  if (state === 'completed') {
    const output = await run.result();
    if (JSON.stringify(output) !== JSON.stringify(expected.output))
      faults.push(`its output is ${JSON.stringify(output)}`);
    if (steps.length !== expected.steps.size) faults.push(`${steps.length} of ${expected.steps.size} steps are over`);
  } else if (state === 'failed' && expected.steps.get(error?.step ?? '')?.state !== 'failed') {
    faults.push(`it failed by step ${error?.step}`);
  }
  for (const step of steps) {
    const wanted = expected.steps.get(step.name);
    // What ends while its run is being stopped is only recorded.
    const stopped = state !== 'completed' && ['cancelled', 'completed', 'failed'].includes(step.state);
    if (step.total !== wanted?.total) faults.push(`${step.name} has ${step.total} jobs, of ${wanted?.total}`);
    if (step.state !== wanted?.state && !(stopped && wanted?.state !== 'unreached')) {
      faults.push(`${step.name} is ${step.state}, and must be ${wanted?.state}`);
    }
  }
  return [...faults, ...(await resultFaults(run.id, expected)), ...(await undoFaults(run.id, state, expected))];
}

/** Whatever ended, ended with the result that it has in memory: so its callbacks saw what they must see. */
async function resultFaults(runId: string, { steps }: Interpretation): Promise<string[]> {
  const rows = await rowlock.query<{ step: string; item: number | null; state: string; result: unknown }>(
    `select step, null::int as item, state, result from $s.pipeline_step where run_id = $1 and kind = 'one' and total > 0
     union all select step, item, state, result from $s.pipeline_item where run_id = $1`,
    [runId],
  );
  return rows.flatMap(({ step, item, state, result }) => {
    if (state !== 'completed' && state !== 'substituted') return [];
    const expected = steps.get(step)?.result;
    const wanted = item === null ? expected : (expected as unknown[] | undefined)?.[item];
    if (steps.get(step)?.state === 'failed') return []; // items that were completed before another failed
    return isDeepStrictEqual(result, wanted)
      ? []
      : [`${step} ${item} has ${JSON.stringify(result)}, and not ${JSON.stringify(wanted)}`];
  });
}

/** A step is undone once, and after all that came after it. */
async function undoFaults(runId: string, state: string, { before }: Interpretation): Promise<string[]> {
  const undone = await rowlock.query<{ step: string; jobs: number; begun: number; ended: number }>(
    `select step, count(*)::int as jobs, extract(epoch from min(claimed_at))::float8 as begun,
       extract(epoch from max(finished_at))::float8 as ended
     from $s.jobs where run_id = $1 and meta -> 'undo' = 'true' group by step`,
    [runId],
  );
  const undoable = await rowlock.query<{ step: string; undoable: number; undo: string | null }>(
    `select step, undoable, undo_state as undo from $s.pipeline_step where run_id = $1 and undoable > 0`,
    [runId],
  );
  const faults = undone.flatMap(({ step, begun }) =>
    undone
      .filter((other) => before.get(other.step)?.has(step) && other.ended > begun)
      .map((other) => `the undoing of ${step} began before that of ${other.step} was over`),
  );
  if (state === 'completed' && undone.length > 0) faults.push('it is completed, and was undone');
  for (const { step, undoable: jobs, undo } of undoable) {
    const begun = undone.find((each) => each.step === step)?.jobs ?? 0;
    if (state === 'failed' && (begun !== jobs || undo !== 'completed'))
      faults.push(`of ${step} ${begun}/${jobs} are undone`);
  }
  return faults;
}
