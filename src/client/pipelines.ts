import { validate as isUuid } from 'uuid';
import { DefinitionError, NotFoundError } from '../core/errors.js';
import type { PayloadInput } from '../core/handler-class.js';
import { toStorableText } from '../core/json.js';
import type { Priority } from '../core/limits.js';
import { LIMITS, PRIORITY } from '../core/limits.js';
import type { Orchestrator } from '../pipelines/orchestrator.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { RunDraft, RunStarter } from '../pipelines/run-starter.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { runnerOf } from '../repositories/session.js';
import { findRun } from '../repositories/sql/find-run.js';
import type { Telemetry } from '../telemetry/events.js';
import { Batcher } from './batcher.js';
import type { TransactionOptions } from './enqueue-options.js';
import { areTags } from './job-draft.js';
import { existingId, storedId } from './job-id.js';
import type { RunEvent } from './run-events.js';
import { runEvents } from './run-events.js';
import type { CancelRunOptions, RunSource } from './run-handle.js';
import { RunHandle } from './run-handle.js';
import type { RunStatus } from './run-status.js';
import { runStatus } from './run-status.js';
import type { RunWaiter } from './run-waiter.js';
import { newId } from '../engine/new-id.js';

/** What may be said of one run when it is started. */
export interface StartOptions extends TransactionOptions {
  /** Of all its jobs: 0 is claimed before 1, 9 last. Default: what each step says, else its handler. */
  readonly priority?: Priority;
  /** Of all its jobs. At most 20, of at most 100 characters. */
  readonly tags?: readonly string[];
  /** A UUID v7 of your own, to start again after an answer that did not arrive: a run of that id is started once. */
  readonly id?: string;
}

export interface PipelinesParts {
  readonly database: Database;
  readonly starter: RunStarter;
  readonly orchestrator: Orchestrator;
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
   * transaction.
   * @throws PayloadError, NotSerializableError, TooLargeError about the input or the payload of the first step;
   * DefinitionError `PIPELINE_INVALID` if the callback of the first step fails, `OPTION_INVALID`; then nothing was started
   * @example const run = await pipelines.start(ingestPage, { url: 'https://example.com' }, { priority: 1 });
   */
  async start<Input extends object, Output>(
    definition: PipelineDefinition<Input, Output>,
    input: PayloadInput<NoInfer<Input>>,
    options: StartOptions = {},
  ): Promise<RunHandle<Output>> {
    const { starter } = this.parts;
    const { name } = definition;
    const facts = { ...runSettings(name, options), owner: null, tenant: '' };
    const draft = await starter.draft(definition, input, facts);
    const started = await this.#insert(draft, options);
    if (started) this.#tell(draft);
    else await this.#checkExisting(facts.id, name, options);
    return new RunHandle<Output>(this, facts.id, !started);
  }

  /** A handle for a run whose id is known. */
  handle<Output = unknown>(id: string): RunHandle<Output> {
    return new RunHandle<Output>(this, id, true);
  }

  /** See `RunHandle.status`. */
  async status(id: string): Promise<RunStatus> {
    const [row] = await this.parts.database.run(findRun, [existingId(id, 'run')]);
    if (!row) throw new NotFoundError('run', id);
    return runStatus(row);
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

  /** See `RunHandle.events`. */
  events(id: string): AsyncIterableIterator<RunEvent> {
    return runEvents(this.parts.database, id);
  }

  async #insert(draft: RunDraft, options: StartOptions): Promise<boolean> {
    const { starter, database } = this.parts;
    if (options.manager || options.executor) return isIn(draft, await starter.insert(this.#runner(options), [draft]));
    // Runs of one batch must differ in their ids, which is certain only of ids that are made here.
    if (options.id === undefined && starter.isSimple(draft)) return this.#batcher.add(draft);
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

  #tell({ run, jobs }: RunDraft): void {
    const { telemetry } = this.parts;
    if (jobs.length === 0) telemetry.emit('run.complete', { id: run.id, name: run.name });
    else
      telemetry.emit('job.enqueue', {
        ids: jobs.map(({ id }) => id),
        names: [...new Set(jobs.map(({ name }) => name))],
      });
  }

  /** Another pipeline's run is not what the caller meant by the id. */
  async #checkExisting(id: string, name: string, options: TransactionOptions): Promise<void> {
    const [row] = await this.#runner(options).run(findRun, [id]);
    if (row && row.name !== name) refuse(name, 'id', `is that of a run of "${row.name}"`);
  }
}

function isIn({ run }: RunDraft, inserted: ReadonlySet<string>): boolean {
  return inserted.has(run.id);
}

function runSettings(
  name: string,
  { manager, executor, priority, tags = [], id = newId() }: StartOptions,
): { readonly id: string; readonly priority: number | null; readonly tags: readonly string[] } {
  if (manager && executor)
    refuse(name, 'executor', 'was given together with manager; a run is written in one transaction');
  if (
    priority !== undefined &&
    !(Number.isInteger(priority) && priority >= PRIORITY.first && priority <= PRIORITY.last)
  )
    refuse(name, 'priority', 'must be an integer from 0 (first) to 9 (last)');
  if (!areTags(tags))
    refuse(name, 'tags', `takes at most ${LIMITS.tags} texts of at most ${LIMITS.tagLength} characters`);
  if (!isUuid(id)) refuse(name, 'id', `must be a UUID, best a v7, not ${JSON.stringify(id)}`);
  return { id: id.toLowerCase(), priority: priority ?? null, tags };
}

function refuse(name: string, option: string, why: string): never {
  throw new DefinitionError('OPTION_INVALID', `No run of pipeline "${name}" was started: option ${option} ${why}.`);
}
