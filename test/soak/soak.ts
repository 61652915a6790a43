import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerOptions } from '../../src/container/options.js';
import type { Audit } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import { buildGraph, GRAPH_HANDLERS } from '../support/graph-pipeline.js';
import type { OwnServer } from '../support/own-server.js';
import { randomGraph } from '../support/random-graph.js';
import { Random } from '../support/random.js';
import type { Rowlock } from '../support/rowlock.js';
import type { WorkerProcess, WorkerProcesses, WorkerProcessOptions } from '../support/worker-processes.js';
import type { Fault, FaultRecord } from './faults.js';
import { torment } from './nemesis.js';
import { type Executions, executionsOf, recoveriesOf, type Recovery } from './soak-figures.js';
import { type KnownGraph, SoakProducer } from './soak-producer.js';
import { judge, readHistory, type SoakVerdict } from './soak-verdict.js';
import { SoakWorkers } from './soak-workers.js';

/** Where a soak takes place. */
export interface SoakStage {
  readonly rowlock: Rowlock;
  readonly audit: Audit;
  readonly processes: WorkerProcesses;
  readonly server: OwnServer | null;
}

/** What happens in it. */
export interface SoakPlan {
  readonly seconds: number;
  readonly seed: number;
  readonly faults: Readonly<Record<string, Fault>>;
  /** How each worker process works. Default: three alike. */
  readonly workers?: readonly WorkerProcessOptions[];
  /** The way of the producers to the database. Default: the straight one. */
  readonly url?: string;
  /** How long everything may take to come to its end. Default: three minutes. */
  readonly patienceMs?: number;
}

/** What came of it. */
export interface SoakReport extends SoakVerdict, Executions {
  readonly seed: number;
  readonly seconds: number;
  readonly workers: number;
  readonly acknowledged: number;
  readonly rolledBack: number;
  /** Transactions and calls whose answers were lost. */
  readonly inDoubt: number;
  readonly runs: number;
  /** Of the worker that had most to complain of, if its log is written. */
  readonly logLinesPerSecond: number;
  readonly faults: readonly FaultRecord[];
  readonly recoveries: readonly Recovery[];
  readonly node: string;
  readonly postgres: string;
}

const WORKER: WorkerOptions = { lease: '1s', sweepInterval: '200ms', pollInterval: '500ms', concurrency: 8 };
const PRODUCERS = 3;
const GRAPHS = 3;
const MAX_STEPS = 10;
/** Everything is over in seconds, but for jobs that were put off or are tried again. */
const PATIENCE_MS = 180_000;

/** Lets workers work and producers produce while faults happen; then heals, waits for the end of everything, and judges. */
export async function soak(stage: SoakStage, plan: SoakPlan): Promise<SoakReport> {
  const { rowlock, audit, server } = stage;
  const random = new Random(plan.seed);
  const graphs = Array.from({ length: GRAPHS }, (_, at) => randomGraph(random, `g${at}`, MAX_STEPS)).map(
    (graph): KnownGraph => ({ graph, definition: buildGraph(graph) }),
  );
  const workers = await startWorkers(stage, plan, graphs);
  const pipelines = graphs.map(({ definition }) => definition);
  const { url = rowlock.url } = plan;
  const application = await rowlock.application({ url, handlers: GRAPH_HANDLERS, pipelines, work: false });
  const producer = new SoakProducer(rowlock, application, random, graphs);
  const over = new AbortController();
  const scene = { rowlock, workers, random, server, enqueueLong: () => producer.enqueueLong(), beside: [] };
  const [faults] = await Promise.all([
    torment(scene, plan.faults, over.signal),
    ...Array.from({ length: PRODUCERS }, () => producer.produce(over.signal)),
    delay(plan.seconds * 1_000).then(() => over.abort()),
  ]);
  await settle(rowlock, workers, plan.patienceMs ?? PATIENCE_MS);
  const history = await readHistory(audit);
  const verdict = await judge(rowlock, audit, producer, history);
  return {
    seed: plan.seed,
    seconds: plan.seconds,
    workers: workers.all.length,
    acknowledged: producer.acknowledged.size,
    rolledBack: producer.rolledBack.size,
    inDoubt: producer.inDoubt.length + producer.bulksInDoubt.length,
    runs: producer.runs.size,
    ...executionsOf(history.visits, history.transitions),
    ...verdict,
    logLinesPerSecond: Math.max(...workers.all.map(complaints)) / plan.seconds,
    faults,
    recoveries: recoveriesOf(faults, history.transitions),
    node: process.version,
    postgres: await rowlock.value<string>('show server_version'),
  };
}

async function startWorkers(
  { rowlock, processes }: SoakStage,
  { workers: kinds = [{}, {}, {}] }: SoakPlan,
  graphs: readonly KnownGraph[],
): Promise<SoakWorkers> {
  const known = graphs.map(({ graph }) => graph);
  const workers = new SoakWorkers(kinds, ({ worker, ...options }) =>
    processes.start(rowlock, { ...options, worker: { ...WORKER, ...worker }, graphs: known }),
  );
  await workers.start();
  return workers;
}

/**
 * Waits until nothing is left to do, and until those that were killed are forgotten; then lets the workers end. What is left
 * when the patience is, the verdict names: an engine that is broken may leave what nothing ends.
 */
async function settle(rowlock: Rowlock, workers: SoakWorkers, patienceMs: number): Promise<void> {
  const patience = { timeout: patienceMs, interval: 200 };
  const over = eventually('everything is over', () => rowlock.value<boolean>(NOTHING_LEFT), patience);
  const isOver = await over.catch(() => false);
  const registered = (): Promise<number> => rowlock.value('select count(*)::int from $s.worker');
  await eventually('the dead are forgotten', async () => (await registered()) <= workers.all.length, patience);
  const failed = await workers.stop();
  if (isOver && failed.length > 0)
    throw new Error(`of the workers that were told to stop some failed: ${JSON.stringify(failed)}`);
}

/** How many lines of its log tell of a loop that failed. */
function complaints({ lines }: WorkerProcess): number {
  return lines.filter(({ level, where }) => level === 'error' && where !== undefined).length;
}

const NOTHING_LEFT = `
select not exists (select from $s.job) and not exists (select from $s.job_waiting)
  and not exists (select from $s.pipeline_run where finished_at is null)`;
