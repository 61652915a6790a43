import { EventEmitter } from 'node:events';
import type { AttemptError } from '../core/attempt-error.js';

/** A job, as events name it. */
export interface JobFacts {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly attempt: number;
  readonly runId: string | null;
  readonly step: string | null;
  readonly workerId: string;
}

/** How an attempt went; times in milliseconds. */
export interface AttemptFacts extends JobFacts {
  /** From becoming available to being claimed; null if that is unknown. */
  readonly waitMs: number | null;
  /** From the call of the handler to its end. */
  readonly runMs: number;
}

/** An approval, as events name it. */
export interface ApprovalFacts {
  readonly runId: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  readonly step: string;
}

/** A queue that jobs of pipelines would wait in, because no worker serves it. */
export interface UnservedQueue {
  readonly queue: string;
  /** Whose jobs, or undo jobs, are of that queue: `ingest-page.images`, the pipeline and the step. */
  readonly steps: readonly string[];
}

/**
 * Everything that happens, by name. Those of jobs are named by the verb, and are emitted after its commit. A listener is
 * called at once and must be quick; what it throws is reported as `error`, and stops nothing.
 */
export interface Events {
  'job.enqueue': {
    readonly ids: readonly string[];
    readonly names: readonly string[];
    /** Whether all of them are a worker's already, as the next steps of runs may be. */
    readonly claimed?: boolean;
  };
  'job.claim': { readonly workerId: string; readonly count: number; readonly parked: number; readonly ms: number };
  'job.start': JobFacts;
  'job.complete': AttemptFacts;
  'job.retry': AttemptFacts & { readonly error: AttemptError; readonly delayMs: number };
  'job.snooze': AttemptFacts & { readonly delayMs: number; readonly reason: string };
  'job.interrupt': AttemptFacts;
  'job.discard': AttemptFacts & { readonly error: AttemptError };
  'job.cancel': AttemptFacts & { readonly reason: string };
  /** A worker's answer was refused: its lease had been lost, and the job belongs to another attempt. */
  'job.lost': AttemptFacts;
  /** An attempt was taken from its worker; the job is available again, and its attempt stays counted. */
  'job.rescue': {
    readonly id: string;
    readonly name: string;
    readonly queue: string;
    readonly attempt: number;
    /** Whether its worker died; else it hung past its deadline. */
    readonly dead: boolean;
    /** Whether a cancel had been requested: then the job is over instead. */
    readonly cancelled: boolean;
  };
  'job.promote': { readonly count: number };
  'job.prune': {
    readonly jobs: number;
    readonly keys: number;
    readonly locks: number;
    readonly runs: number;
    readonly partitions: readonly string[];
  };
  'job.log': JobFacts & {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly message: string;
    readonly meta?: Readonly<Record<string, unknown>>;
  };
  'run.complete': { readonly id: string; readonly name: string };
  'run.fail': { readonly id: string; readonly name: string; readonly reason: string };
  'run.cancel': { readonly id: string };
  /** A step of a run asks a person; null: anybody. */
  'approval.request': ApprovalFacts & { readonly assignee: string | null };
  /** Nobody has answered in time, and somebody else is asked. */
  'approval.escalate': ApprovalFacts & { readonly assignee: string };
  'approval.answer': ApprovalFacts & { readonly by: string; readonly approved: boolean };
  'worker.start': {
    readonly workerId: string;
    readonly name: string;
    readonly queues: readonly string[];
    readonly names: readonly string[];
    readonly concurrency: number;
  };
  'worker.drain': { readonly workerId: string; readonly running: number };
  'worker.abort': { readonly workerId: string; readonly running: number };
  'worker.stop': { readonly workerId: string; readonly drained: boolean };
  /** The lease ran out: all that the worker held belongs to others now. It goes on under a new id. */
  'worker.lapse': { readonly workerId: string; readonly reason: string };
  /** The event loop stood still: a handler computes without a pause. The lease is kept by a thread meanwhile. */
  'worker.block': { readonly workerId: string; readonly blockedMs: number };
  'worker.stuck': JobFacts & { readonly sinceMs: number };
  /** Told once of each queue, when a container with pipelines is made or its worker starts. */
  'queue.unserved': UnservedQueue;
  'leader.elect': { readonly workerId: string; readonly term: string };
  'leader.resign': { readonly workerId: string };
  'listen.connect': { readonly channel: string };
  'listen.lost': { readonly error: Error };
  /** Notifications do not arrive (a transaction pooler, usually): from now on by polling alone. */
  'listen.unavailable': { readonly reason: string };
  /** A loop of ours failed and goes on after a pause. */
  error: { readonly where: string; readonly error: unknown; readonly retryInMs?: number };
}

export type EventName = keyof Events;

type EventNameWithId = { [Name in EventName]: Events[Name] extends { readonly id: string } ? Name : never }[EventName];

type Listener<Name extends EventName> = (event: Events[Name]) => void;

/** The typed events of one container: logs, metrics, traces and the dashboard subscribe here. */
export class Telemetry {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  /** @returns a function that ends the subscription */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    const safe = (event: Events[Name]): void => {
      try {
        listener(event);
      } catch (error) {
        if (name !== 'error') this.emit('error', { where: `a listener of ${name}`, error });
      }
    };
    this.#emitter.on(eventKey(name), safe);
    return () => this.#emitter.off(eventKey(name), safe);
  }

  /** Calls back with the id of each job or run that one of these events tells of. @returns as `on` does */
  onIds(names: readonly EventNameWithId[], listener: (id: string) => void): () => void {
    const ends = names.map((name) => this.on(name, ({ id }: { readonly id: string }) => listener(id)));
    return () => ends.forEach((end) => end());
  }

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    this.#emitter.emit(eventKey(name), event);
  }

  /** Whether anybody listens; spares the making of events in hot paths. */
  wants(name: EventName): boolean {
    return this.#emitter.listenerCount(eventKey(name)) > 0;
  }
}

/** EventEmitter throws at an `error` without listeners; ours is an event like the others. */
const eventKey = (name: EventName): string => `rowlock:${name}`;
