import type { EntityManager } from 'typeorm';
import type { Duration } from '../core/duration.js';
import { LIMITS } from '../core/limits.js';
import type { Priority } from '../core/limits.js';
import type { HandlerClass, HandlerShape, PayloadClass, StoredResultOf } from '../core/handler-class.js';
import type { Jsonify } from '../core/json.js';
import { toStorableText } from '../core/json.js';
import { Cancel, Discard, Snooze } from '../core/steering.js';
import type { JobContext, JobLog, JobRun, WaitOptions } from '../registry/job-context.js';
import type { StepItem } from '../registry/step-item.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Attempt } from './attempt.js';
import type { Checkpoints } from './checkpoints.js';
import type { ProgressReporter } from './progress-reporter.js';
import type { StepItems } from './step-items.js';

/** The JobContext of one attempt. Getters rather than fields: most handlers ask for little of it. */
export class ExecutionContext implements JobContext {
  readonly #attempt: Attempt;
  #checkpoints: Checkpoints | null = null;

  constructor(
    attempt: Attempt,
    readonly manager: EntityManager,
    private readonly telemetry: Telemetry,
    private readonly reporter: ProgressReporter,
    private readonly checkpointsOf: (attempt: Attempt) => Checkpoints,
    private readonly items: StepItems,
  ) {
    this.#attempt = attempt;
  }

  get id(): string {
    return this.#attempt.id;
  }

  get name(): string {
    return this.#attempt.row.name;
  }

  get queue(): string {
    return this.#attempt.row.queue;
  }

  get priority(): Priority {
    return this.#attempt.row.priority as Priority;
  }

  get attempt(): number {
    return this.#attempt.row.attempt;
  }

  get maxAttempts(): number {
    return this.#attempt.row.maxAttempts;
  }

  get createdAt(): Date {
    return new Date(this.#attempt.row.createdAt);
  }

  get tags(): readonly string[] {
    return this.#attempt.row.tags ?? [];
  }

  get token(): bigint {
    return BigInt(this.#attempt.token);
  }

  get lockKey(): string | null {
    return this.#attempt.row.lockKey;
  }

  get run(): JobRun | null {
    const { runId, step, item } = this.#attempt.row;
    return runId === null || step === null ? null : { id: runId, step, item };
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  get log(): JobLog {
    const write =
      (level: 'debug' | 'info' | 'warn' | 'error') =>
      (message: string, meta?: Readonly<Record<string, unknown>>): void =>
        this.telemetry.emit('job.log', { ...this.#attempt.facts(), level, message, ...(meta ? { meta } : {}) });
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  }

  progress(fraction: number, message?: string): Promise<void> {
    const bounded = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
    const text = message === undefined ? null : toStorableText(String(message), LIMITS.progressMessage);
    this.reporter.report(this.#attempt, bounded, text);
    return Promise.resolve();
  }

  step<T>(name: string, work: () => T | Promise<T>): Promise<Jsonify<Awaited<T>>> {
    return this.#durable.step(name, work) as Promise<Jsonify<Awaited<T>>>;
  }

  sleep(name: string, until: Duration | Date): Promise<void> {
    return this.#durable.sleep(name, until);
  }

  waitFor<P extends object>(name: string, payloadClass: PayloadClass<P>, options: WaitOptions = {}): Promise<P> {
    return this.#durable.waitFor(name, payloadClass, options);
  }

  results<Step extends HandlerShape>(
    handler: HandlerClass<Step>,
    step: string,
  ): AsyncIterable<StepItem<StoredResultOf<Step>>> {
    const read = (): AsyncIterator<StepItem> => this.items.read(this.#attempt, this.manager, handler, step);
    return { [Symbol.asyncIterator]: read } as AsyncIterable<StepItem<StoredResultOf<Step>>>;
  }

  get #durable(): Checkpoints {
    return (this.#checkpoints ??= this.checkpointsOf(this.#attempt));
  }

  snooze(delay: Duration, reason?: string): Snooze {
    return new Snooze(delay, reason);
  }

  cancel(reason: string): Cancel {
    return new Cancel(reason);
  }

  discard(reason: string): Discard {
    return new Discard(reason);
  }
}
