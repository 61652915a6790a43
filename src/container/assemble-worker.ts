import { Completer } from '../engine/completer.js';
import type { Engine } from '../engine/engine.js';
import { Executor } from '../engine/executor.js';
import type { HandlerResolver } from '../engine/handler-resolver.js';
import { ProgressReporter } from '../engine/progress-reporter.js';
import type { RunListener } from '../engine/run-listener.js';
import { Settler } from '../engine/settler.js';
import { PollingNotifier } from '../notifier/polling-notifier.js';
import type { Notifier, NotifierCallbacks } from '../notifier/notifier.js';
import { PostgresNotifier } from '../notifier/postgres-notifier.js';
import type { HandlerRegistry } from '../registry/handler-registry.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { Database } from '../repositories/database.js';
import { Session } from '../repositories/session.js';
import { expirer } from '../scheduler/expirer.js';
import { Partitions } from '../scheduler/partitions.js';
import { promoter } from '../scheduler/promoter.js';
import { Pruner } from '../scheduler/pruner.js';
import { Rescuer } from '../scheduler/rescuer.js';
import { Scheduler } from '../scheduler/scheduler.js';
import type { Telemetry } from '../telemetry/events.js';
import { VERSION } from '../version.js';
import { Worker } from '../worker/worker.js';
import type { WorkerCallbacks } from '../worker/worker-parts.js';
import type { Settings } from './options.js';

export interface WorkerIngredients {
  readonly settings: Settings;
  readonly database: Database;
  readonly registry: HandlerRegistry;
  readonly pipelines: readonly string[];
  readonly codec: PayloadCodec;
  readonly engine: Engine;
  readonly runs: RunListener;
  readonly resolver: HandlerResolver;
  readonly telemetry: Telemetry;
  /** Runs before the worker registers: checks, and what must be known in the database. */
  readonly prepare: () => Promise<void>;
}

/** Without notifications nobody tells of a job that another process has enqueued for soon. */
const PROMOTE_MS = { listening: 2_000, polling: 1_000 };
const PRUNE_MS = 60_000;
const GRACES = { abortGraceMs: 5_000, shutdownGraceMs: 1_000 };
/**
 * While a partition waits for its lock every finish waits behind it, so it soon gives up, and tries again in a minute. Nor
 * does it wait for another session's turn: that may be one that a network has lost, and a worker's stop would wait too.
 */
const SWEPT_PARTITIONS = { lockTimeoutMs: 200, waitsForTurn: false };

/** Puts a worker together: the parts, and who calls whom. Nothing is connected before it starts. */
export function assembleWorker(ingredients: WorkerIngredients): Worker {
  const { settings, database, engine, telemetry } = ingredients;
  const callbacks: { current: WorkerCallbacks | null } = { current: null };
  const notifier = makeNotifier(ingredients, {
    onReady: (listening) => callbacks.current?.onReady(listening),
    onJobs: () => callbacks.current?.onJobs(),
    onCancel: () => callbacks.current?.onCancel(),
  });
  const session = (): Session => new Session(database, () => notifier.listening);
  const sessions = { claim: session(), finish: session(), finishToo: session(), watch: session() };
  const settler = new Settler(engine, ingredients.runs);
  const finishing = [sessions.finish, sessions.finishToo];
  const completer = new Completer({ sessions: finishing, settler, telemetry, ...follow(callbacks) });
  const reporter = new ProgressReporter(sessions.watch, telemetry);
  const executor = new Executor({ ...ingredients, ...GRACES, settler, reporter, ...follow(callbacks) });
  telemetry.on('job.enqueue', ({ claimed }) => (claimed ? undefined : callbacks.current?.onJobs()));
  for (const name of ['job.retry', 'job.snooze'] as const) telemetry.on(name, () => callbacks.current?.onPutOff());
  return new Worker({
    ...ingredients,
    settings: settings.worker,
    executor,
    completer,
    reporter,
    notifier,
    claimSession: sessions.claim,
    watchSession: sessions.watch,
    services: settings.worker.maintenance ? [scheduler(ingredients, sessions.watch)] : [],
    prepare: async () => {
      await ingredients.prepare();
      // Before there are handlers, which may take every other connection and wait for what only a finish lets them have.
      await sessions.finish.open();
    },
    version: VERSION,
    connect: (next) => (callbacks.current = next),
    close: async () => {
      callbacks.current = null;
      await ingredients.runs.idle();
      await Promise.all(Object.values(sessions).map((each) => each.close()));
    },
  });
}

/** What follows from outcomes goes to the worker, as long as there is one. */
function follow(callbacks: {
  readonly current: WorkerCallbacks | null;
}): Pick<WorkerCallbacks, 'onReleased' | 'taker' | 'onDoubt'> {
  return {
    onReleased: (released) => callbacks.current?.onReleased(released),
    taker: () => callbacks.current?.taker() ?? null,
    onDoubt: () => callbacks.current?.onDoubt(),
  };
}

function makeNotifier({ settings, database, telemetry }: WorkerIngredients, callbacks: NotifierCallbacks): Notifier {
  return settings.worker.listen ? new PostgresNotifier(database, telemetry, callbacks) : new PollingNotifier(callbacks);
}

function scheduler({ database, engine, runs, telemetry, settings }: WorkerIngredients, session: Session): Scheduler {
  const { sweepMs, leaseMs, listen } = settings.worker;
  const others = [
    new Rescuer(engine, database, runs, telemetry, sweepMs).service,
    expirer(runs, telemetry, sweepMs),
    new Pruner(engine, database, new Partitions(database, SWEPT_PARTITIONS), telemetry, PRUNE_MS).service,
  ];
  const due = promoter(engine, session, telemetry, listen ? PROMOTE_MS.listening : PROMOTE_MS.polling);
  return new Scheduler(database, telemetry, others, leaseMs, due);
}
