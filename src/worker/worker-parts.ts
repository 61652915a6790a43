import type { Completer } from '../engine/completer.js';
import type { Engine } from '../engine/engine.js';
import type { Executor } from '../engine/executor.js';
import type { JobTaker } from '../engine/job-taker.js';
import type { ProgressReporter } from '../engine/progress-reporter.js';
import type { Notifier, NotifierCallbacks } from '../notifier/notifier.js';
import type { HandlerRegistry } from '../registry/handler-registry.js';
import type { Database } from '../repositories/database.js';
import type { Session } from '../repositories/session.js';
import type { ReleasedRow } from '../repositories/sql/pass-lock-keys.js';
import type { Telemetry } from '../telemetry/events.js';
import type { WorkerSettings } from './worker-options.js';

export interface WorkerCallbacks extends NotifierCallbacks {
  readonly onReleased: (released: readonly ReleasedRow[]) => void;
  /** A job of this worker's waits for another time. */
  readonly onPutOff: () => void;
  /** Who runs the jobs that follow from others; null while there is nobody. */
  readonly taker: () => JobTaker | null;
  /** Jobs may have been given to the worker by a statement whose answer was lost. */
  readonly onDoubt: () => void;
}

/** A service that runs beside a worker: the scheduler is one. */
export interface WorkerService {
  start(workerId: string): Promise<void>;
  /** Jobs have been added or put off. */
  wake(): void;
  stop(): Promise<void>;
}

/** What a worker is made of; the container puts it together. */
export interface WorkerParts {
  readonly settings: WorkerSettings;
  readonly database: Database;
  readonly engine: Engine;
  readonly registry: HandlerRegistry;
  /** `name@version` of the pipelines whose steps this worker may run. */
  readonly pipelines: readonly string[];
  readonly telemetry: Telemetry;
  readonly executor: Executor;
  readonly completer: Completer;
  readonly reporter: ProgressReporter;
  readonly notifier: Notifier;
  /** For claiming alone: finishing has another, so that neither waits for the other. */
  readonly claimSession: Session;
  readonly watchSession: Session;
  readonly services: readonly WorkerService[];
  readonly version: string;
  /** Checks the schema and registers job types and pipelines. */
  readonly prepare: () => Promise<void>;
  /** Tells the parts that were made before the worker whom to call. */
  readonly connect: (callbacks: WorkerCallbacks) => void;
  readonly close: () => Promise<void>;
}
