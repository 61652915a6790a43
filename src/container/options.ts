import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import type { BlobStore } from '../blobs/blob-store.js';
import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { DefinitionError } from '../core/errors.js';
import type { HandlerClass } from '../core/handler-class.js';
import { isName } from '../core/limits.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { WorkerSettings } from '../worker/worker-options.js';
import { checkedSchema, DEFAULT_SCHEMA } from './schema-name.js';

/** How the worker of a process works. */
export interface WorkerOptions {
  /** For people and logs. Default: WORKER_ID, else the host name and process id. */
  readonly name?: string;
  /**
   * The queues that it serves, with the most jobs of each that run at once (null: as many as `concurrency` allows).
   * Default: the queues of its handlers and of the steps of its pipelines. A worker that knows a pipeline with a step of Rowlock's own, a sleep say, serves
   * the queue `pipelines` in any case: that step's jobs take no time, and nobody else might.
   */
  readonly queues?: Readonly<Record<string, number | null>>;
  /** The most jobs that run at once. 1 to 10000, default 10. */
  readonly concurrency?: number;
  /** How long after the death of the worker its jobs stay its own. At least 1 s, default `'30s'`. */
  readonly lease?: Duration;
  /** How long a stop lets running jobs go on before it aborts them. Default `'25s'`. */
  readonly shutdownTimeout?: Duration;
  /** How often it looks for jobs that nobody has told it of. Default `'2s'`. */
  readonly pollInterval?: Duration;
  /** The most that one attempt may take if its class does not say. Default `'5m'`. */
  readonly defaultTimeout?: Duration;
  /** The most jobs that are claimed ahead of free slots, when jobs are so quick that it pays. Default 2,000; 0 for none. */
  readonly prefetch?: number;
  /** Whether to use LISTEN; without it, and behind a transaction pooler, it polls. Default true. */
  readonly listen?: boolean;
  /** Whether it may be elected to promote, rescue and prune for all. At least one worker must. Default true. */
  readonly maintenance?: boolean;
  /** How often a leader looks for jobs to rescue. Default `'5s'`. */
  readonly sweepInterval?: Duration;
}

/** What an application says of itself. */
export interface RowlockOptions {
  /** The application's own TypeORM data source, to a PostgreSQL from 14 on. */
  readonly dataSource: DataSource;
  /** The schema that `rowlock migrate up` made. Default: ROWLOCK_SCHEMA, else `rowlock`. */
  readonly schema?: string;
  /** Classes with `@JobHandler`, and what `defineHandler` returns. A process that only enqueues needs none. */
  readonly handlers?: readonly HandlerClass[];
  readonly pipelines?: readonly PipelineDefinition[];
  /** What handlers inject as `BlobStore`. Default: tables in the same schema. */
  readonly blobs?: BlobStore;
  readonly worker?: WorkerOptions;
  readonly approvals?: ApprovalsOptions;
}

/** How people answer `.approve` steps by links. */
export interface ApprovalsOptions {
  /** By which links are signed: at least 32 characters, the same in every process. Default: none, and no links. */
  readonly secret: string;
}

/** Options with their defaults, checked. */
export interface Settings {
  readonly schema: string;
  readonly approvalSecret: string | null;
  readonly worker: WorkerSettings & { readonly sweepMs: number };
}

/**
 * @param served the queues of handlers and steps
 * @param always those that the worker serves even if its option `queues` does not name them
 * @throws DefinitionError `OPTION_INVALID`, `DURATION_INVALID`, naming the option
 */
export function settingsOf(options: RowlockOptions, served: readonly string[], always: readonly string[]): Settings {
  const { schema = process.env['ROWLOCK_SCHEMA'] ?? DEFAULT_SCHEMA, worker = {}, approvals } = options;
  const approvalSecret = approvals ? checkedSecret(approvals.secret) : null;
  return { schema: checkedSchema(schema), approvalSecret, worker: workerSettings(worker, served, always) };
}

/** A signature is as good as its key is hard to guess. */
function checkedSecret(secret: unknown): string {
  if (typeof secret === 'string' && secret.length >= 32) return secret;
  return refuse('approvals.secret', 'must be a text of 32 characters or more that nobody else knows');
}

function workerSettings(
  worker: WorkerOptions,
  served: readonly string[],
  always: readonly string[],
): Settings['worker'] {
  const period = (name: keyof WorkerOptions, fallback: Duration, least: number): number => {
    const value = milliseconds((worker[name] as Duration | undefined) ?? fallback, `worker option ${name}`);
    return value >= least ? value : refuse(`worker.${name}`, `must be at least ${least} ms`);
  };
  return {
    name: worker.name ?? process.env['WORKER_ID'] ?? `${hostname()}:${process.pid}`,
    queues: queuesOf({ ...unlimited(always), ...(worker.queues ?? unlimited(served)) }),
    concurrency: integer('worker.concurrency', worker.concurrency ?? 10, 1, 10_000),
    leaseMs: period('lease', '30s', 1_000),
    shutdownTimeoutMs: period('shutdownTimeout', '25s', 0),
    pollIntervalMs: period('pollInterval', '2s', 10),
    defaultTimeoutMs: period('defaultTimeout', '5m', 1),
    sweepMs: period('sweepInterval', '5s', 10),
    prefetch: integer('worker.prefetch', worker.prefetch ?? 2_000, 0, 10_000),
    listen: worker.listen ?? true,
    maintenance: worker.maintenance ?? true,
  };
}

function unlimited(queues: readonly string[]): Record<string, null> {
  return Object.fromEntries(queues.map((queue) => [queue, null]));
}

function queuesOf(queues: Readonly<Record<string, number | null>>): ReadonlyMap<string, number | null> {
  const entries = Object.entries(queues);
  for (const [name, limit] of entries) {
    if (!isName(name))
      refuse('worker.queues', `names ${JSON.stringify(name)}; a queue is named like 'web' or 'mail.bulk'`);
    if (limit !== null) integer(`worker.queues of "${name}"`, limit, 1, 10_000);
  }
  return new Map(entries);
}

function integer(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return refuse(option, `must be an integer from ${least} to ${most}, not ${JSON.stringify(value)}`);
}

function refuse(option: string, why: string): never {
  throw new DefinitionError('OPTION_INVALID', `Option ${option} ${why}.`);
}
