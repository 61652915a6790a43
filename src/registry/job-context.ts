import type { EntityManager } from 'typeorm';
import type { Duration } from '../core/duration.js';
import type { HandlerClass, HandlerShape, PayloadClass, StoredResultOf } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import type { Priority } from '../core/limits.js';
import type { Cancel, Discard, Snooze } from '../core/steering.js';
import type { StepItem } from './step-item.js';

/**
 * The job that a handler is working on: what is known about it, and what the handler may do to it. One object for each
 * attempt; it is of no use once `handle` has returned.
 */
export interface JobContext {
  /** UUID v7, made when the job was enqueued. The same in every attempt: use it as an idempotency key. */
  readonly id: string;
  /** The name that `@JobHandler` gives. */
  readonly name: string;
  readonly queue: string;
  /** 0 is claimed before 1, 9 last. */
  readonly priority: Priority;
  /** 1 in the first attempt. A snooze or a worker's shutdown gives the attempt back, so a number may come again. */
  readonly attempt: number;
  /** The job is discarded when attempt `maxAttempts` fails. */
  readonly maxAttempts: number;
  /** When the job was enqueued, by the clock of the database. */
  readonly createdAt: Date;
  readonly tags: readonly string[];
  /**
   * The fencing token of this claim: larger at every claim of any job. A store that remembers the largest token it has
   * seen can refuse a write of a worker that lost its lease and does not know it yet.
   * @example await s3.put(key, body, { ifTokenAbove: job.token });
   */
  readonly token: bigint;
  /** The key of `@Lock` that this job holds until it is over or put off; null without one. */
  readonly lockKey: string | null;
  /** The pipeline run and step that the job belongs to; null for a job of its own. */
  readonly run: JobRun | null;
  /**
   * Aborts when this attempt should stop: its timeout, a cancel, a lost lease or the worker's shutdown. Its `reason` is
   * an AttemptAbortedError whose `code` tells which. Pass it on to whatever waits.
   * @example await fetch(url, { signal: job.signal });
   */
  readonly signal: AbortSignal;
  /** Writes to the worker's log, with the job's id, name, queue and attempt added to each line. */
  readonly log: JobLog;
  /**
   * Inside `@Transactional()` the manager of the transaction that also commits the result; else that of the data source.
   * @example await job.manager.save(page);
   */
  readonly manager: EntityManager;
  /**
   * Tells watchers how far the job is. Calls that follow each other fast are merged and the newest wins, so that it may
   * be called as often as is convenient.
   * @param fraction 0 to 1; values outside are clamped
   * @param message at most 1000 characters, the rest is cut
   * @example await job.progress(0.5, '12 of 24 images');
   */
  progress(fraction: number, message?: string): Promise<void>;
  /**
   * Does something once: what it returns is recorded, and given back without doing it again when a later attempt comes
   * past. If the attempt dies between the work and the record, the work is done again. Steps, sleeps and waits are told
   * apart by their order, so a handler makes the same calls in the same order in each attempt.
   * @param name of 1 to 200 characters; that the same name comes at the same place is checked
   * @returns what `work` returned, in its JSON form; at most 1 MiB
   * @throws CheckpointMismatchError if an earlier attempt recorded something else there
   * @example const charge = await job.step('charge', () => payments.charge(order, { idempotencyKey: job.id }));
   */
  step<T>(name: string, work: () => T | Promise<T>): Promise<Jsonify<Awaited<T>>>;
  /**
   * Goes on later. The attempt ends here and gives its slot and lock key back; the next one makes the calls before this
   * one from their records. Costs no try. Nothing after it runs now, whatever catches what it throws.
   * @param until how long, at most a year, or when
   * @example await job.sleep('until the trial ends', '14d');
   */
  sleep(name: string, until: Duration | Date): Promise<void>;
  /**
   * Waits for `jobs.signal(id, name, payload)` without a slot, as `sleep` does. A signal that was sent before is there at
   * once. One whose payload is not valid is refused: it is kept in the table `signal` with the reason, a warning is
   * logged, and the wait goes on.
   * @param options.timeout default: a year
   * @throws SignalTimeoutError when the time is over; the same in each later attempt
   * @example const { approved } = await job.waitFor('review', Review, { timeout: '3d' });
   */
  waitFor<P extends object>(name: string, payloadClass: PayloadClass<P>, options?: WaitOptions): Promise<P>;
  /**
   * What a fan-out (`.each`) that this step comes after has returned, read as it is asked for: a page at a time is in memory,
   * at most a thousand results. In the order in which the items ended. An iteration begins at the first item, so that each
   * attempt reads them all.
   * @param handler the class whose jobs the items were
   * @param step the name of the fan-out
   * @throws StepResultsError when it is iterated, if there are no such results; the reason of `signal` once that aborts
   * @example
   * ```ts
   * let cents = 0;
   * for await (const { item, result } of job.results(SumUp, 'totals')) cents += result ?? 0;
   * ```
   */
  results<Step extends HandlerShape>(
    handler: HandlerClass<Step>,
    step: string,
  ): AsyncIterable<StepItem<StoredResultOf<Step>>>;
  /**
   * To be thrown: puts the job off, and gives the attempt back.
   * @example if (!(await shop.isOpen())) throw job.snooze('15m', 'the shop is closed');
   */
  snooze(delay: Duration, reason?: string): Snooze;
  /**
   * To be thrown: ends the job as `cancelled`, because it is not wanted any more.
   * @example if (order.withdrawn) throw job.cancel('the order was withdrawn');
   */
  cancel(reason: string): Cancel;
  /**
   * To be thrown: ends the job as `discarded` (the dead letters), because no attempt will succeed.
   * @example if (response.status === 410) throw job.discard(`${url} is gone`);
   */
  discard(reason: string): Discard;
}

export interface WaitOptions {
  readonly timeout?: Duration;
}

/** Where a job stands in a pipeline run. */
export interface JobRun {
  readonly id: string;
  /** The name of the step. */
  readonly step: string;
  /** The position of the item in an `.each` step, from 0; null in other steps. */
  readonly item: number | null;
}

/** The log of one attempt. */
export interface JobLog {
  /** @param meta plain data that is added to the line */
  debug(message: string, meta?: Readonly<Record<string, unknown>>): void;
  info(message: string, meta?: Readonly<Record<string, unknown>>): void;
  warn(message: string, meta?: Readonly<Record<string, unknown>>): void;
  error(message: string, meta?: Readonly<Record<string, unknown>>): void;
}
