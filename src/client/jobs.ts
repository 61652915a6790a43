import { InvalidTransitionError, NotFoundError } from '../core/errors.js';
import type { HandlerClass, HandlerShape, PayloadInput, PayloadOf, StoredResultOf } from '../core/handler-class.js';
import { isFinal, TRANSITIONS } from '../core/job-state.js';
import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { StepAsks } from '../pipelines/step-facts.js';
import type { Database } from '../repositories/database.js';
import { findJobs } from '../repositories/sql/find-jobs.js';
import type { Telemetry } from '../telemetry/events.js';
import type { EnqueueBatcher } from './enqueue-batcher.js';
import type { EnqueueOptions } from './enqueue-options.js';
import type { JobDetails } from './job-details.js';
import { jobDetails } from './job-details.js';
import { draftJob, jobSettings } from './job-draft.js';
import type { HandleSource } from './job-handle.js';
import { JobHandle } from './job-handle.js';
import { existingId, storedId } from './job-id.js';
import type { CancelOutcome, JobOperations, RescheduleOptions } from './job-operations.js';
import type { JobFilter, JobPage } from './job-query.js';
import type { JobQuery } from './job-query.js';
import type { JobTypes } from './job-type.js';
import { JobWriter } from './job-writer.js';
import type { OutcomeWaiter } from './outcome-waiter.js';
import type { PageOptions } from './page-options.js';
import type { Pipelines } from './pipelines.js';
import type { RunHandle } from './run-handle.js';
import type { StartOptions } from './start-options.js';

export interface JobsParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly types: JobTypes;
  readonly batcher: EnqueueBatcher;
  readonly operations: JobOperations;
  readonly query: JobQuery;
  readonly outcomes: OutcomeWaiter;
  readonly pipelines: Pipelines;
  readonly telemetry: Telemetry;
}

/** Options of many jobs at once: one id cannot be theirs. */
export type EnqueueManyOptions = Omit<EnqueueOptions, 'id'>;

/** Enqueues jobs, and finds and steers them. Get it from the container. */
export class Jobs implements HandleSource {
  readonly #writer: JobWriter;

  constructor(private readonly parts: JobsParts) {
    this.#writer = new JobWriter(parts);
  }

  /**
   * Adds a job. Without `manager` or `executor` it is committed when this returns; with one, by the caller's transaction.
   * @throws PayloadError, DuplicateJobError, HandlerNotFoundError, DefinitionError; then nothing was added
   * @example await jobs.enqueue(ScrapePage, { url }, { priority: 1, delay: '10m' });
   * @example import type { ScrapePage } from './handlers/scrape-page.js';
   * await jobs.enqueue<ScrapePage>('scrape-page', { url }); // does not load the class
   */
  enqueue<H extends HandlerShape>(
    name: string,
    payload: PayloadInput<PayloadOf<H>>,
    options?: EnqueueOptions,
  ): Promise<JobHandle<StoredResultOf<H>>>;
  enqueue<C extends HandlerClass>(
    handler: C,
    payload: PayloadInput<PayloadOf<InstanceType<C>>>,
    options?: EnqueueOptions,
  ): Promise<JobHandle<StoredResultOf<InstanceType<C>>>>;
  async enqueue(handler: HandlerClass | string, payload: unknown, options: EnqueueOptions = {}): Promise<JobHandle> {
    const [handle] = await this.#enqueue(handler, [payload], options);
    return handle as JobHandle;
  }

  /**
   * Adds jobs of one kind: all, or none if one payload is invalid. Ten thousand take a few statements.
   * @returns a handle for each payload, in their order
   * @throws as `enqueue`
   */
  enqueueMany<H extends HandlerShape>(
    name: string,
    payloads: readonly PayloadInput<PayloadOf<H>>[],
    options?: EnqueueManyOptions,
  ): Promise<JobHandle<StoredResultOf<H>>[]>;
  enqueueMany<C extends HandlerClass>(
    handler: C,
    payloads: readonly PayloadInput<PayloadOf<InstanceType<C>>>[],
    options?: EnqueueManyOptions,
  ): Promise<JobHandle<StoredResultOf<InstanceType<C>>>[]>;
  async enqueueMany(
    handler: HandlerClass | string,
    payloads: readonly unknown[],
    options: EnqueueManyOptions = {},
  ): Promise<JobHandle[]> {
    return payloads.length === 0 ? [] : this.#enqueue(handler, payloads, options);
  }

  /**
   * Starts a run of a pipeline; `Pipelines` has more to say about runs.
   * @throws as `Pipelines.start`
   * @example const run = await jobs.start(ingestPage, { url: 'https://example.com' });
   */
  start<Input extends object, Output, Asks extends StepAsks, StepName extends string>(
    definition: PipelineDefinition<Input, Output, Asks, StepName>,
    input: PayloadInput<NoInfer<Input>>,
    options?: StartOptions,
  ): Promise<RunHandle<Output, Asks, Input, StepName>> {
    return this.parts.pipelines.start(definition, input, options);
  }

  /** A job by its id, or null. */
  async get(id: string): Promise<JobDetails | null> {
    const stored = storedId(id);
    const [row] = stored === null ? [] : await this.parts.database.run(findJobs, [[stored]]);
    return row ? jobDetails(row) : null;
  }

  /**
   * A page of jobs, newest first.
   * @example const { jobs: failed, next } = await jobs.list({ state: 'discarded', name: 'scrape-page' }, { limit: 100 });
   */
  list(filter: JobFilter = {}, page: PageOptions = {}): Promise<JobPage> {
    return this.parts.query.list(filter, page);
  }

  /** A handle for a job whose id is known. */
  handle<Result = unknown>(id: string): JobHandle<Result> {
    return new JobHandle<Result>(this, id, true);
  }

  /** See `JobHandle.result`. */
  async result(id: string, timeoutMs: number | null): Promise<unknown> {
    return this.parts.outcomes.result(existingId(id), timeoutMs);
  }

  /**
   * Cancels a job. One that is not running is over at once; a running one is told through its signal, on whichever worker
   * it runs, and is over when its handler stops (`cancelling`).
   * @throws NotFoundError; InvalidTransitionError if it is over already
   */
  async cancel(id: string, options: { readonly reason?: string } = {}): Promise<'cancelled' | 'cancelling'> {
    const { cancelled, cancelling } = await this.parts.operations.cancel([existingId(id)], options.reason);
    if (cancelled > 0) return 'cancelled';
    if (cancelling > 0) return 'cancelling';
    return this.#refuse('cancel', id);
  }

  /** Cancels every unfinished job that the filter finds. */
  cancelMany(filter: JobFilter, options: { readonly reason?: string } = {}): Promise<CancelOutcome> {
    const unfinished: JobFilter = { ...filter, unfinished: filter.unfinished ?? true };
    return this.parts.query.eachPage(unfinished, (ids) => this.parts.operations.cancel(ids, options.reason));
  }

  /**
   * Runs a finished job again, under its id and with fresh attempts; its errors are kept.
   * @throws NotFoundError; InvalidTransitionError if it is not over, or cannot be redriven
   */
  async redrive(id: string): Promise<void> {
    const { redriven } = await this.parts.operations.redrive([existingId(id)]);
    if (redriven === 0) await this.#refuse('redrive', id);
  }

  /** Redrives the finished jobs that the filter finds; without `state`, the dead letters. */
  redriveMany(filter: JobFilter): Promise<{ readonly redriven: number }> {
    const named = filter.state ?? filter.states ?? filter.unfinished;
    const finished: JobFilter = named === undefined ? { ...filter, state: 'discarded' } : filter;
    return this.parts.query.eachPage(finished, (ids) => this.parts.operations.redrive(ids));
  }

  /**
   * Sets another time for a job that has not started.
   * @throws NotFoundError; InvalidTransitionError if it runs or is over
   */
  async reschedule(id: string, due: RescheduleOptions): Promise<void> {
    const { rescheduled } = await this.parts.operations.reschedule([existingId(id)], due);
    if (rescheduled === 0) await this.#refuse('reschedule', id);
  }

  /**
   * Sends a job what its handler waits for with `job.waitFor`. One that comes early is kept; several of one name are taken
   * in their order. The handler's class validates the payload when it takes it. With the id of a run it is sent to the step
   * of that name, as `run.signal` does.
   * @returns false if it was for a step, and came too late
   * @throws NotFoundError; InvalidTransitionError if the job is over; NotSerializableError, TooLargeError; of a run, what
   * `run.signal` throws
   * @example await jobs.signal(id, 'review', { approved: true });
   */
  async signal(id: string, name: string, payload: object = {}): Promise<boolean> {
    const stored = storedId(id);
    if (stored === null) throw new NotFoundError('job or run', id);
    if (await this.parts.operations.signal(stored, name, payload)) return true;
    if (await this.get(id)) return this.#refuse('signal', id);
    return this.parts.pipelines.signal(id, name, payload);
  }

  /** Sets another time for the jobs that the filter finds and that have not started. */
  rescheduleMany(filter: JobFilter, due: RescheduleOptions): Promise<{ readonly rescheduled: number }> {
    const waiting: JobFilter = { ...filter, states: filter.states ?? TRANSITIONS.reschedule.from };
    return this.parts.query.eachPage(waiting, (ids) => this.parts.operations.reschedule(ids, due));
  }

  /** A signal is for a job that may still be cancelled: for one that is not over. */
  async #refuse(verb: 'cancel' | 'redrive' | 'reschedule' | 'signal', id: string): Promise<never> {
    const job = await this.get(id);
    if (!job) throw new NotFoundError('job', id);
    const { from } = TRANSITIONS[verb === 'signal' ? 'cancel' : verb];
    throw new InvalidTransitionError(verb, id, `${job.state}${isFinal(job.state) ? obstacle(job) : ''}`, from);
  }

  async #enqueue(
    handler: HandlerClass | string,
    payloads: readonly unknown[],
    options: EnqueueOptions,
  ): Promise<JobHandle[]> {
    const type = await this.parts.types.find(handler);
    const settings = jobSettings(type, options);
    const drafts: NewJob[] = [];
    for (const payload of payloads) {
      const encoded = type.encode(payload);
      drafts.push(draftJob(type, settings, encoded instanceof Promise ? await encoded : encoded, options));
    }
    const holders = await this.#writer.write(drafts, options);
    this.parts.telemetry.emit('job.enqueue', { ids: drafts.map(({ id }) => id), names: [type.name] });
    return drafts.map(({ id }) => new JobHandle(this, holders.get(id) ?? id, holders.has(id)));
  }
}

/** What may keep a job from being redriven though it is over. */
function obstacle({ run, uniqueKey }: JobDetails): string {
  if (run) return `, a step of run ${run.id}`;
  return uniqueKey === null ? '' : `, its unique key "${uniqueKey}" may be held by another job`;
}
