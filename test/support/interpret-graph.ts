import type { Seen } from './graph-pipeline.js';
import { answerOf, answerTo, payloadOf, resultOf } from './graph-pipeline.js';
import type { Fate, Graph, GraphStep, Script } from './random-graph.js';

/** How a step ends if the run gets that far; `unreached`: it comes after one that fails the run. */
export interface Expected {
  readonly state: 'completed' | 'skipped' | 'substituted' | 'failed' | 'unreached';
  /** What callbacks see; of a fan-out, the array. */
  readonly result?: unknown;
  /** Its jobs. */
  readonly total: number;
}

/** What a run must come to: each step after the other, without a database, a queue or a worker. */
export interface Interpretation {
  readonly state: 'completed' | 'failed';
  readonly output: unknown;
  readonly steps: ReadonlyMap<string, Expected>;
  /** The steps that a step comes after, directly or not. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
}

export function interpretGraph(graph: Graph, script: Script): Interpretation {
  const steps = new Map<string, Expected>();
  const before = new Map<string, Set<string>>();
  for (const step of graph.steps) {
    const earlier = new Set(step.after.flatMap((name) => [name, ...(before.get(name) ?? [])]));
    before.set(step.name, earlier);
    const read = graph.steps.filter(({ name, kind }) => earlier.has(name) && kind !== 'sleep');
    const seen = Object.fromEntries(read.map(({ name }) => [name, steps.get(name)?.result]));
    steps.set(step.name, interpretStep(step, steps, { ...seen, input: script }));
  }
  const fails = [...steps.values()].some(({ state }) => state === 'failed');
  return { state: fails ? 'failed' : 'completed', output: fails ? null : outputOf(graph, steps), steps, before };
}

function interpretStep(step: GraphStep, steps: ReadonlyMap<string, Expected>, seen: Seen): Expected {
  const after = step.after.map((name) => steps.get(name)?.state);
  if (after.some((state) => state === 'failed' || state === 'unreached')) return { state: 'unreached', total: 0 };
  if (step.afterSkipped === 'skip' && after.includes('skipped')) return { state: 'skipped', total: 0 };
  if (step.conditional && !answerOf(step, seen)) return { state: 'skipped', total: 0 };
  if (step.kind === 'sleep') return { state: 'completed', result: null, total: 1 };
  if (step.kind === 'signal') return { state: 'completed', result: answerTo(step.name), total: 1 };
  let payload: ReturnType<typeof payloadOf>;
  try {
    payload = payloadOf(step, seen);
  } catch {
    return { state: 'failed', total: 0 };
  }
  return Array.isArray(payload) ? interpretItems(step, payload) : interpretOne(step, payload);
}

interface Task {
  readonly n: number;
  readonly fate: Fate;
}

const succeeds = ({ fate }: Task): boolean => fate === 'work' || fate === 'lose';

function interpretOne({ policy }: GraphStep, task: Task): Expected {
  if (succeeds(task)) return { state: 'completed', result: resultOf(task.n), total: 1 };
  if (policy === 'fail') return { state: 'failed', total: 1 };
  return policy === 'skip'
    ? { state: 'skipped', total: 1 }
    : { state: 'substituted', result: policy.substitute, total: 1 };
}

function interpretItems({ policy }: GraphStep, tasks: readonly Task[]): Expected {
  const total = tasks.length;
  if (policy === 'fail' && !tasks.every(succeeds)) return { state: 'failed', total };
  const substitute = typeof policy === 'object' ? policy.substitute : undefined;
  return { state: 'completed', result: tasks.map((task) => (succeeds(task) ? resultOf(task.n) : substitute)), total };
}

/** As it is stored: nothing is null there. */
function outputOf({ steps }: Graph, ended: ReadonlyMap<string, Expected>): unknown {
  const ends = steps.filter(({ name }) => steps.every(({ after }) => !after.includes(name)));
  const results = ends.map(({ name }) => [name, ended.get(name)?.result ?? null] as const);
  const output = results.length === 1 ? results[0]?.[1] : Object.fromEntries(results);
  return JSON.parse(JSON.stringify(output ?? null)) as unknown;
}
