import { randomUUID } from 'node:crypto';
import { Pipelines } from '../../src/client/pipelines.js';
import { RunWaiter } from '../../src/client/run-waiter.js';
import { attemptError } from '../../src/core/attempt-error.js';
import type { HandlerClass } from '../../src/core/handler-class.js';
import type { Outcome } from '../../src/core/outcome.js';
import { Attempt } from '../../src/engine/attempt.js';
import type { Ending } from '../../src/engine/ending.js';
import { Engine } from '../../src/engine/engine.js';
import { Settler } from '../../src/engine/settler.js';
import { AnswerSender } from '../../src/pipelines/answer-sender.js';
import { ChildRuns } from '../../src/pipelines/child-runs.js';
import { Orchestrator } from '../../src/pipelines/orchestrator.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { RunRepeater } from '../../src/pipelines/run-repeater.js';
import { RunRetrier } from '../../src/pipelines/run-retrier.js';
import { RunStarter } from '../../src/pipelines/run-starter.js';
import { pipelineKey } from '../../src/pipelines/step-jobs.js';
import { HandlerRegistry } from '../../src/registry/handler-registry.js';
import { PayloadCodec } from '../../src/registry/payload-codec.js';
import { PipelineRegistry } from '../../src/registry/pipeline-registry.js';
import { type Database } from '../../src/repositories/database.js';
import { runnerOf } from '../../src/repositories/session.js';
import type { ClaimedRow } from '../../src/repositories/sql/claim-jobs.js';
import { registerWorker } from '../../src/repositories/sql/register-worker.js';
import { Telemetry } from '../../src/telemetry/events.js';
import { Rowlock, useSchemaOf } from './rowlock.js';
import { runViolations } from './run-violations.js';

/** One process: it knows some pipelines, and may start runs, claim jobs and settle them, each when the test says so. */
export class PipelineNode {
  readonly telemetry = new Telemetry();
  /** Names of events with the run that they are of, in their order. */
  readonly events: string[] = [];
  readonly engine: Engine;
  readonly orchestrator: Orchestrator;
  readonly pipelines: Pipelines;
  readonly settler: Settler;
  readonly starter: RunStarter;
  readonly children: ChildRuns;
  readonly #registry: HandlerRegistry;
  readonly #keys: readonly string[];
  #workerId: string | null = null;

  constructor(
    readonly database: Database,
    definitions: readonly PipelineDefinition[],
  ) {
    const codec = new PayloadCodec();
    const { telemetry } = this;
    this.engine = new Engine(database);
    this.#registry = new HandlerRegistry(handlersOf(definitions));
    const pipelines = new PipelineRegistry<PipelineDefinition>(definitions, this.#registry);
    this.#keys = pipelines.definitions.map(pipelineKey);
    this.orchestrator = new Orchestrator({
      database,
      engine: this.engine,
      codec,
      telemetry,
      pipelines,
    });
    this.settler = new Settler(this.engine, this.orchestrator);
    this.starter = new RunStarter(database, this.engine, codec);
    this.children = new ChildRuns(database, this.starter, pipelines, telemetry);
    const repeater = new RunRepeater(this.starter, pipelines);
    this.pipelines = new Pipelines({
      database,
      telemetry,
      orchestrator: this.orchestrator,
      answers: new AnswerSender(database, codec, pipelines, telemetry),
      starter: this.starter,
      repeater,
      retrier: new RunRetrier(repeater, this.engine, codec),
      waiter: new RunWaiter(database, telemetry),
    });
    for (const name of ['run.complete', 'run.fail', 'run.cancel'] as const) {
      telemetry.on(name, ({ id }) => this.events.push(`${name} ${id}`));
    }
    telemetry.on('error', ({ where, error }) => this.events.push(`error ${where}: ${String(error)}`));
  }

  /** Claims what is available of all queues that the handlers name. */
  async claim(limit = 1_000): Promise<Attempt[]> {
    const workerId = await this.#register();
    const queues = [...new Set(this.#registry.definitions.map(({ queue }) => queue)), 'other'];
    const { rows } = await this.engine.claim(runnerOf(this.database, this.database.dataSource.manager), {
      workerId,
      workerName: 'test',
      names: this.#registry.definitions.map(({ name }) => name),
      pipelines: this.#keys,
      limit,
      queues: queues.map((name) => ({ name, room: limit, floors: new Array<number>(10).fill(0) })),
      behind: { from: 0, to: 0 },
      defaultTimeoutMs: 60_000,
      slackMs: 1_000,
      emptied: [],
    });
    return rows.map((row) => this.attempt(row, workerId));
  }

  attempt(row: ClaimedRow, workerId: string): Attempt {
    return new Attempt(row, this.#registry.get(row.name), workerId, performance.now());
  }

  /** Stores outcomes as a worker does: in one transaction, with what follows from them. */
  async settle(endings: readonly Ending[]): Promise<void> {
    const settlement = await this.database.transaction((manager) =>
      this.settler.settle(runnerOf(this.database, manager), endings),
    );
    await this.check(); // what must hold, holds at any time: also before what follows a commit has been done
    settlement.committed();
  }

  /** Stores outcomes in a transaction that stays open until the test ends it. */
  async hold(endings: readonly Ending[]): Promise<OpenTransaction> {
    const runner = this.database.dataSource.createQueryRunner();
    await runner.startTransaction('READ COMMITTED');
    const settlement = await this.settler.settle(runnerOf(this.database, runner.manager), endings);
    return {
      commit: async () => {
        await runner.commitTransaction();
        await runner.release();
        await this.check();
        settlement.committed();
      },
      rollback: async () => {
        await runner.rollbackTransaction();
        await runner.release();
      },
    };
  }

  /** Fails if what must hold of all runs does not hold at this moment. */
  async check(): Promise<void> {
    const violations = await runViolations(this.database);
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }

  /** Claims once, and ends each claimed job by what `work` makes of it. @returns how many there were */
  async turn(work: Work = handle): Promise<number> {
    const attempts = await this.claim();
    const endings: Ending[] = [];
    for (const attempt of attempts) endings.push({ attempt, outcome: await work(attempt) });
    if (endings.length > 0) await this.settle(endings);
    return attempts.length;
  }

  /** Works until nothing is available. */
  async drain(work: Work = handle): Promise<void> {
    while ((await this.turn(work)) > 0) await this.orchestrator.idle();
  }

  async #register(): Promise<string> {
    if (this.#workerId) return this.#workerId;
    const id = randomUUID();
    await this.database.run(registerWorker, [id, 'test', 'here', process.pid, '0', [], [], 1, 600_000]);
    return (this.#workerId = id);
  }
}

/** What has been done and is not seen by others yet. */
export interface OpenTransaction {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Decides how an attempt ends. */
export type Work = (attempt: Attempt) => Outcome | Promise<Outcome>;

/** Calls the handler's own `handle`; what it throws discards the job. */
export async function handle({ definition, row }: Attempt): Promise<Outcome> {
  const handler = new definition.handlerClass();
  try {
    return completed(await handler.handle(row.payload, undefined));
  } catch (error) {
    return { verb: 'discard', error: attemptError(error, row.attempt) };
  }
}

export function completed(result: unknown = null): Outcome {
  return { verb: 'complete', result: JSON.stringify(result ?? null) };
}

export function discarded(message: string): Outcome {
  return { verb: 'discard', error: attemptError(new Error(message), 1) };
}

/** A schema with Rowlock's tables, and nodes that share it. */
export class PipelineBench extends Rowlock {
  readonly #nodes: PipelineNode[] = [];

  node(...definitions: readonly PipelineDefinition[]): PipelineNode {
    const node = new PipelineNode(this.database, definitions);
    this.#nodes.push(node);
    return node;
  }

  /** Fails if what must hold of all runs at any time does not hold; empties the tables in any case. */
  override async clear(): Promise<void> {
    const nodes = this.#nodes.splice(0);
    try {
      await Promise.all(nodes.map(({ orchestrator }) => orchestrator.idle()));
      const errors = nodes.flatMap(({ events }) => events.filter((event) => event.startsWith('error')));
      const violations = [...(await runViolations(this.database)), ...errors];
      if (violations.length > 0) throw new Error(violations.join('\n'));
    } finally {
      await super.clear();
    }
  }
}

/**
 * One schema for the tests of a file, emptied after each.
 * @example const bench = usePipelineBench();
 */
export function usePipelineBench(): PipelineBench {
  return useSchemaOf(new PipelineBench());
}

function handlersOf(definitions: readonly PipelineDefinition[]): HandlerClass[] {
  const classes = definitions.flatMap(({ steps }) =>
    steps.flatMap(({ handlerClass, undo, child }) => [
      handlerClass,
      ...(undo ? [undo] : []),
      ...(child ? handlersOf([child]) : []),
    ]),
  );
  return [...new Set(classes)];
}
