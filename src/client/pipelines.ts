import { NotFoundError } from '../core/errors.js';
import type { PayloadInput } from '../core/handler-class.js';
import { toStorableText } from '../core/json.js';
import type { AnswerSender } from '../pipelines/answer-sender.js';
import type { Orchestrator } from '../pipelines/orchestrator.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { RunRepeater } from '../pipelines/run-repeater.js';
import type { RunRetrier } from '../pipelines/run-retrier.js';
import type { RunDraft, RunStarter } from '../pipelines/run-starter.js';
import type { StepAsks } from '../pipelines/step-facts.js';
import { tellStarted } from '../pipelines/tell-started.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { runnerOf } from '../repositories/session.js';
import { findRun } from '../repositories/sql/find-run.js';
import type { RepeatableRun } from '../repositories/sql/hold-run.js';
import { findRunGraph } from '../repositories/sql/find-run-graph.js';
import { findUniqueRun } from '../repositories/sql/find-unique-run.js';
import type { Telemetry } from '../telemetry/events.js';
import { Batcher } from './batcher.js';
import type { TransactionOptions } from './enqueue-options.js';
import { existingId, storedId } from './job-id.js';
import type { PageOptions } from './page-options.js';
import type { ForkOptions, RerunOptions } from './repeat-options.js';
import { forkedFrom, repeatRequest } from './repeat-options.js';
import type { EventsOptions, RunEvent } from './run-events.js';
import { runEvents } from './run-events.js';
import type { RunGraph } from './run-graph.js';
import { runGraph } from './run-graph.js';
import type { CancelRunOptions, RunSource } from './run-handle.js';
import { RunHandle } from './run-handle.js';
import type { RunFilter, RunPage } from './run-query.js';
import { findRuns } from './run-query.js';
import type { RunStatus } from './run-status.js';
import { runStatus } from './run-status.js';
import type { RunWaiter } from './run-waiter.js';
import type { StartOptions } from './start-options.js';
import { refuseStart, startSettings } from './start-options.js';

export interface PipelinesParts {
  readonly database: Database;
  readonly starter: RunStarter;
  readonly repeater: RunRepeater;
  readonly retrier: RunRetrier;
  readonly orchestrator: Orchestrator;
  readonly answers: AnswerSender;
  readonly waiter: RunWaiter;
  readonly telemetry: Telemetry;
}

const MAX_REASON = 1_000;
const BATCH = 250;

/** Starts runs of pipelines, and finds and stops them. Get it from the container. */
export class Pipelines implements RunSource {
  readonly #batcher = new Batcher<RunDraft, boolean>(BATCH, (drafts) => this.#insertBatch(drafts));

  constructor(private readonly parts: PipelinesParts) {}

  /**
   * Starts a run. Without `manager` or `executor` it is committed when this returns; with one, by the caller's
   * transaction. With `unique` the run that has the key already is what it answers with.
   * @throws PayloadError, NotSerializableError, TooLargeError about the input or the payload of the first step;
   * DefinitionError `PIPELINE_INVALID` if the callback of the first step fails, `OPTION_INVALID`; then nothing was started
   * @example const run = await pipelines.start(ingestPage, { url: 'https://example.com' }, { priority: 1 });
   */
  async start<Input extends object, Output, Asks extends StepAsks, StepName extends string>(
    definition: PipelineDefinition<Input, Output, Asks, StepName>,
    input: PayloadInput<NoInfer<Input>>,
    options: StartOptions = {},
  ): Promise<RunHandle<Output, Asks, Input, StepName>> {
    const { facts, limits } = startSettings(definition.name, options);
    const draft = await this.parts.starter.draft(definition, input, facts, limits);
    const handle = await this.#untilStarted(options, async () => [draft, await this.#insert(draft, options)]);
    return handle as RunHandle<Output, Asks, Input, StepName>;
  }

  /**
   * A handle for a run whose id is known.
   * @param _definition its pipeline, for the compiler to know what the run takes and returns
   * @example const run = pipelines.handle(id, ingestPage);
   */
  handle<
    Output = unknown,
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as that of RunHandle
    Asks extends StepAsks = any,
    Input extends object = object,
    StepName extends string = string,
  >(
    id: string,
    _definition?: PipelineDefinition<Input, Output, Asks, StepName>,
  ): RunHandle<Output, Asks, Input, StepName> {
    return new RunHandle<Output, Asks, Input, StepName>(this, id, true);
  }

  /** See `RunHandle.retry`. */
  async retry(id: string, options: TransactionOptions = {}): Promise<void> {
    const run = await this.#transaction(options, (tx) => this.parts.retrier.retry(tx, existingId(id, 'run')));
    tellStarted(this.parts.telemetry, run, run.jobs);
  }

  /** See `RunHandle.fork`. */
  fork(id: string, options: ForkOptions): Promise<RunHandle> {
    const { repeater } = this.parts;
    return this.#startAgain(id, options, (tx, source) => {
      const from = forkedFrom(repeater.sameVersion(source), options.from);
      return repeater.fork(tx, source, from, repeatRequest(source, options));
    });
  }

  /** See `RunHandle.rerun`. */
  rerun(id: string, options: RerunOptions = {}): Promise<RunHandle> {
    const { repeater } = this.parts;
    return this.#startAgain(id, options, (_, source) => repeater.rerun(source, repeatRequest(source, options)));
  }

  /**
   * A page of runs, newest first, each with how its steps stand.
   * @throws DefinitionError `OPTION_INVALID`
   * @example const { runs, next } = await pipelines.list({ state: 'failed', pipeline: ingestPage }, { limit: 100 });
   */
  list(filter: RunFilter = {}, page: PageOptions = {}): Promise<RunPage> {
    return findRuns(this.parts.database, filter, page);
  }

  /** See `RunHandle.status`. */
  async status(id: string): Promise<RunStatus> {
    const [row] = await this.parts.database.run(findRun, [existingId(id, 'run')]);
    if (!row) throw new NotFoundError('run', id);
    return runStatus(row);
  }

  /** See `RunHandle.graph`. */
  async graph(id: string): Promise<RunGraph> {
    const [row] = await this.parts.database.run(findRunGraph, [existingId(id, 'run')]);
    if (!row) throw new NotFoundError('run', id);
    return runGraph(row);
  }

  /** See `RunHandle.result`. */
  async output(id: string, timeoutMs: number | null): Promise<unknown> {
    return this.parts.waiter.output(existingId(id, 'run'), timeoutMs);
  }

  /** See `RunHandle.cancel`. */
  async cancel(id: string, reason?: string, options: CancelRunOptions = {}): Promise<boolean> {
    const stopped = await this.cancelRuns([existingId(id, 'run')], reason, options);
    if (stopped.length > 0) return true;
    await this.status(id);
    return false;
  }

  /** Cancels those of the runs that are running. @returns their ids */
  cancelRuns(
    ids: readonly string[],
    reason = 'cancelled on request',
    options: CancelRunOptions = {},
  ): Promise<readonly string[]> {
    const known = ids.flatMap((id) => storedId(id) ?? []);
    return this.parts.orchestrator.cancelRuns(known, toStorableText(reason, MAX_REASON), options);
  }

  /** See `RunHandle.signal`. */
  async signal(id: string, step: string, answer: object): Promise<boolean> {
    return this.parts.answers.signal(existingId(id, 'run'), step, answer);
  }

  /** See `RunHandle.approve`. */
  async approve(id: string, step: string, form: object, by: string): Promise<boolean> {
    return this.parts.answers.approve(existingId(id, 'run'), step, form, by);
  }

  /** See `RunHandle.reject`. */
  async reject(id: string, step: string, by: string, reason?: string): Promise<boolean> {
    return this.parts.answers.reject(existingId(id, 'run'), step, by, reason);
  }

  /** See `RunHandle.events`. */
  events(id: string, options: EventsOptions = {}): AsyncIterableIterator<RunEvent> {
    return runEvents(this.parts.database, id, options);
  }

  /** Reads the other run and inserts the new one in one transaction. */
  #startAgain(
    id: string,
    options: StartOptions,
    draftOf: (tx: StatementRunner, source: RepeatableRun) => Promise<RunDraft>,
  ): Promise<RunHandle> {
    const { repeater, starter } = this.parts;
    return this.#untilStarted(options, () =>
      this.#transaction(options, async (tx) => {
        const draft = await draftOf(tx, await repeater.hold(tx, existingId(id, 'run')));
        return [draft, isIn(draft, await starter.insert(tx, [draft]))];
      }),
    );
  }

  async #untilStarted(
    options: StartOptions,
    attempt: () => Promise<[draft: RunDraft, inserted: boolean]>,
  ): Promise<RunHandle> {
    for (;;) {
      const [draft, inserted] = await attempt();
      if (inserted) {
        tellStarted(this.parts.telemetry, draft.run, draft.jobs);
        return new RunHandle(this, draft.run.id, false);
      }
      const existing = await this.#existing(draft, options);
      if (existing !== null) return new RunHandle(this, existing, true);
    }
  }

  #transaction<T>(options: TransactionOptions, work: (tx: StatementRunner) => Promise<T>): Promise<T> {
    const { database } = this.parts;
    if (options.manager || options.executor) return work(this.#runner(options));
    return database.transaction((manager) => work(runnerOf(database, manager)));
  }

  async #insert(draft: RunDraft, options: StartOptions): Promise<boolean> {
    const { starter, database } = this.parts;
    if (options.manager || options.executor) return isIn(draft, await starter.insert(this.#runner(options), [draft]));
    // Runs of one batch must differ in their ids, which is certain only of ids that are made here. One with a unique key may
    // have to wait for somebody's open transaction: no other shall wait with it.
    const isShared = options.id === undefined && draft.limits.uniqueKey === null;
    if (isShared && starter.isSimple(draft)) return this.#batcher.add(draft);
    const inserted = await database.transaction((tx) => starter.insert(runnerOf(database, tx), [draft]));
    starter.committed([draft]);
    return isIn(draft, inserted);
  }

  async #insertBatch(drafts: readonly RunDraft[]): Promise<boolean[]> {
    const { starter } = this.parts;
    const inserted = await starter.insert(this.#runner({}), drafts);
    starter.committed(drafts);
    return drafts.map((draft) => isIn(draft, inserted));
  }

  #runner({ manager, executor }: TransactionOptions): StatementRunner {
    const { database } = this.parts;
    const target = manager ?? executor;
    return target ? runnerOf(database, target) : database;
  }

  /** The run that has the id or the unique key of one that was not started; null if that has ended since: start it again. */
  async #existing({ run, limits }: RunDraft, options: StartOptions): Promise<string | null> {
    const runner = this.#runner(options);
    const [same] = options.id === undefined ? [] : await runner.run(findRun, [run.id]);
    if (same && same.name !== run.name) refuseStart(run.name, 'id', `is that of a run of "${same.name}"`);
    if (same || limits.uniqueKey === null) return run.id;
    const [holder] = await runner.run(findUniqueRun, [run.tenant, run.name, limits.uniqueKey]);
    return holder?.id ?? null;
  }
}

function isIn({ run }: RunDraft, inserted: ReadonlySet<string>): boolean {
  return inserted.has(run.id);
}
