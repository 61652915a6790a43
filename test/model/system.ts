import type { DataSource } from 'typeorm';
import { EnqueueBatcher } from '../../src/client/enqueue-batcher.js';
import { JobOperations } from '../../src/client/job-operations.js';
import { JobWriter } from '../../src/client/job-writer.js';
import { Locks } from '../../src/client/locks.js';
import type { Pipelines } from '../../src/client/pipelines.js';
import { TOKENS } from '../../src/container/tokens.js';
import { Attempt } from '../../src/engine/attempt.js';
import { Completer } from '../../src/engine/completer.js';
import type { Ending } from '../../src/engine/ending.js';
import type { Engine } from '../../src/engine/engine.js';
import { Executor } from '../../src/engine/executor.js';
import { ProgressReporter } from '../../src/engine/progress-reporter.js';
import { Settler } from '../../src/engine/settler.js';
import type { Orchestrator } from '../../src/pipelines/orchestrator.js';
import type { Database } from '../../src/repositories/database.js';
import { Session } from '../../src/repositories/session.js';
import type { ClaimedRow } from '../../src/repositories/sql/claim-jobs.js';
import type { ReleasedRow } from '../../src/repositories/sql/pass-lock-keys.js';
import { Rescuer } from '../../src/scheduler/rescuer.js';
import { ClaimedBatches } from '../../src/worker/claimed-batches.js';
import { Floors } from '../../src/worker/floors.js';
import { Telemetry } from '../../src/telemetry/events.js';
import type { Application } from '../support/application.js';
import type { Rowlock } from '../support/rowlock.js';
import { StoppedClock } from '../support/stopped-clock.js';
import { testPoolerUrl } from '../support/test-pooler-url.js';
import { CheckpointCalls } from './checkpoint-calls.js';
import type { Handlers, Way } from './handlers.js';
import { readState, readTables, type Stored, TABLES } from './read-state.js';
import { jobName } from './run-in.js';
import type { State } from './state.js';
import { UserLocks } from './user-locks.js';

const ENDINGS = [
  'job.complete',
  'job.retry',
  'job.snooze',
  'job.interrupt',
  'job.discard',
  'job.cancel',
  'job.lost',
] as const;

/** What a worker keeps in its memory about what it claims. */
interface WorkerMemory {
  readonly floors: Floors;
  readonly batches: ClaimedBatches;
}

/**
 * The real thing under the model: the parts of the engine as the container puts them together, on a schema of their own
 * whose clock stands still. No loop runs: what a timer would do at some moment, a command does when it says so.
 */
export class System {
  readonly database: Database;
  readonly engine: Engine;
  readonly session: Session;
  readonly telemetry: Telemetry;
  readonly operations: JobOperations;
  readonly writer: JobWriter;
  readonly rescuer: Rescuer;
  readonly reporter: ProgressReporter;
  readonly calls: CheckpointCalls;
  readonly runs: Orchestrator;
  readonly pipelines: Pipelines;
  readonly userLocks: UserLocks;
  readonly dataSource: DataSource;
  /** What this run has done so far, one line a command: the counterexample, should it fail. */
  readonly trace: string[] = [];
  readonly #attempts = new Map<string, Attempt>();
  readonly #workers = new Map<string, WorkerMemory>();
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #errors: unknown[] = [];
  readonly #executor: Executor;
  readonly #completer: Completer;
  readonly #clock: StoppedClock;
  #released: ReleasedRow[] = [];

  constructor(
    private readonly rowlock: Rowlock,
    { container, dataSource, pipelines, telemetry: heard }: Application,
    readonly handlers: Handlers,
  ) {
    const database = container.get(TOKENS.database);
    const engine = container.get(TOKENS.engine);
    const runs = container.get(TOKENS.orchestrator);
    const telemetry = new Telemetry();
    const session = new Session(database, () => testPoolerUrl() === undefined);
    const settler = new Settler(engine, runs);
    const onReleased = (released: readonly ReleasedRow[]): void => void this.#released.push(...released);
    this.#clock = new StoppedClock(rowlock);
    this.database = database;
    this.engine = engine;
    this.session = session;
    this.telemetry = telemetry;
    this.dataSource = dataSource;
    this.runs = runs;
    this.pipelines = pipelines;
    this.writer = new JobWriter({ database, engine, batcher: new EnqueueBatcher(engine, database) });
    this.operations = new JobOperations(database, engine, runs, telemetry);
    this.rescuer = new Rescuer(engine, database, runs, telemetry, 1_000);
    this.reporter = new ProgressReporter(session, telemetry);
    this.calls = new CheckpointCalls({ database, telemetry, codec: container.get(TOKENS.codec) });
    this.userLocks = new UserLocks(new Locks(database, engine));
    const onDoubt = (): void => void this.#errors.push(new Error('a connection broke'));
    this.#completer = new Completer({
      sessions: [session],
      settler,
      telemetry,
      onReleased,
      taker: () => null,
      onDoubt,
    });
    this.#executor = new Executor({
      database, telemetry, settler, reporter: this.reporter, onReleased, codec: container.get(TOKENS.codec),
      resolver: container.get(TOKENS.resolver), abortGraceMs: 1_000, shutdownGraceMs: 1_000,
    }); // prettier-ignore
    for (const each of [telemetry, heard]) each.on('error', ({ error }) => this.#errors.push(error));
  }

  /** Empty tables, sequences at their beginning, the clock at its epoch. */
  async reset(): Promise<void> {
    const tables = ['job', 'job_waiting', 'job_history', ...TABLES];
    const restart = ['job_seq', 'fencing_token'].map((sequence) => `perform setval('$s.${sequence}', 1, false);`);
    await this.rowlock.query(
      `do $$ begin ${tables.map((table) => `delete from $s.${table};`).join(' ')} ${restart.join(' ')} end $$`,
    );
    await this.setClock(0);
  }

  async install(): Promise<void> {
    await this.#clock.install();
    await this.rowlock.query('create table $s.ledger (job_id uuid not null, token bigint not null)');
  }

  setClock(now: number): Promise<void> {
    return this.#clock.set(now);
  }

  /** A moment of the model's as the engine takes it. */
  dateOf(moment: number): Date {
    return this.#clock.dateOf(moment);
  }

  async state(): Promise<State> {
    const [row] = await this.session.run(readTables, []);
    if (!row) throw new Error('the statement gives one row');
    this.#introduceSteps(row.state.job);
    return readState(row.state, { epoch: this.#clock.epoch, nameOf: (id) => this.nameOf(id) });
  }

  /** The engine makes the jobs of runs, and their ids. */
  #introduceSteps(jobs: readonly Stored[]): void {
    for (const { id, run_id: run, step, meta } of jobs) {
      if (typeof run !== 'string') continue;
      const isUndo = (meta as { readonly undo?: boolean } | null)?.undo === true;
      this.introduce(jobName(this.nameOf(run), String(step), isUndo), String(id));
    }
  }

  /** Names an id as the model does. */
  introduce(name: string, id: string): void {
    this.#names.set(id, name);
    this.#ids.set(name, id);
  }

  idOf(name: string): string {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`nothing is named ${name}`);
    return id;
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }

  /** What went wrong behind the scenes since it was last asked. */
  takeErrors(): unknown[] {
    return this.#errors.splice(0);
  }

  memoryOf(worker: string): WorkerMemory {
    let memory = this.#workers.get(worker);
    if (!memory) this.#workers.set(worker, (memory = { floors: new Floors(), batches: new ClaimedBatches() }));
    return memory;
  }

  /** Remembers a claim as its worker does. */
  remember(name: string, row: ClaimedRow): Attempt {
    const attempt = new Attempt(row, this.handlers.definitionOf(row.name), name, performance.now());
    this.#attempts.set(name, attempt);
    return attempt;
  }

  attemptOf(name: string): Attempt {
    const attempt = this.#attempts.get(name);
    if (!attempt) throw new Error(`there is no attempt ${name}`);
    return attempt;
  }

  /** The attempt as its worker would answer for it: once more, if it has done so already. */
  answering(name: string): Attempt {
    const attempt = this.attemptOf(name);
    return attempt.endedAt === null ? attempt : this.remember(name, attempt.row);
  }

  /**
   * Runs attempts to their ends, the handlers doing as they are told, and stores the outcomes in one group. An attempt that
   * is interrupted was never begun.
   * @returns for each the verb that was stored, or `lost`; and what became available by it
   */
  async end(
    ways: ReadonlyMap<string, Way>,
  ): Promise<{ fates: ReadonlyMap<string, string>; released: readonly ReleasedRow[] }> {
    const fates = new Map<string, string>();
    const offs = ENDINGS.map((name) =>
      this.telemetry.on(name, ({ workerId }) => void fates.set(workerId, name.slice(4))),
    );
    this.#released = [];
    const endings: Ending[] = [];
    for (const [name, way] of ways) {
      const attempt = this.answering(name);
      const outcome =
        way === 'interrupt' ? ({ verb: way } as const) : await this.handlers.run(this.#executor, attempt, way);
      attempt.endedAt ??= performance.now();
      if (outcome) endings.push({ attempt, outcome });
    }
    await Promise.all(endings.map((ending) => new Promise<unknown>((stored) => this.#completer.add(ending, stored))));
    for (const off of offs) off();
    return { fates, released: this.#released };
  }

  /** Ends what a run has left open, and forgets all that it named. */
  async forget(): Promise<void> {
    await this.userLocks.abandonAll();
    for (const map of [this.#attempts, this.#workers, this.#names, this.#ids]) map.clear();
    this.trace.length = 0;
    this.#errors.length = 0;
  }

  async close(): Promise<void> {
    await this.session.close();
  }
}
