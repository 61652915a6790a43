import type { ResolutionContext } from 'inversify';
import { ContainerModule } from 'inversify';
import { BlobStore } from '../blobs/blob-store.js';
import { DatabaseBlobStore } from '../blobs/database-blob-store.js';
import { Approvals } from '../client/approvals.js';
import { EnqueueBatcher } from '../client/enqueue-batcher.js';
import { JobOperations } from '../client/job-operations.js';
import { JobQuery } from '../client/job-query.js';
import { JobTypes, jobTypeRow } from '../client/job-type.js';
import { Jobs } from '../client/jobs.js';
import { Locks } from '../client/locks.js';
import { Pipelines } from '../client/pipelines.js';
import { RunWaiter } from '../client/run-waiter.js';
import { OutcomeWaiter } from '../client/outcome-waiter.js';
import type { HandlerClass, HandlerShape } from '../core/handler-class.js';
import { Engine } from '../engine/engine.js';
import type { HandlerResolver } from '../engine/handler-resolver.js';
import { AnswerSender } from '../pipelines/answer-sender.js';
import { AwaitApproval } from '../pipelines/built-in/await-approval.js';
import { AwaitSignal } from '../pipelines/built-in/await-signal.js';
import { builtInHandlers } from '../pipelines/built-in/built-in-handlers.js';
import { PIPELINES_QUEUE } from '../pipelines/built-in/settings.js';
import { RunChild } from '../pipelines/built-in/run-child.js';
import { ChildRuns } from '../pipelines/child-runs.js';
import { Orchestrator } from '../pipelines/orchestrator.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import { RunRepeater } from '../pipelines/run-repeater.js';
import { RunRetrier } from '../pipelines/run-retrier.js';
import { RunStarter } from '../pipelines/run-starter.js';
import { StepWaits } from '../pipelines/step-waits.js';
import { HandlerRegistry } from '../registry/handler-registry.js';
import { PayloadCodec } from '../registry/payload-codec.js';
import { PipelineRegistry } from '../registry/pipeline-registry.js';
import { Database } from '../repositories/database.js';
import { saveJobTypes } from '../repositories/sql/save-job-types.js';
import { surviveLostConnections } from '../repositories/survive-lost-connections.js';
import { Telemetry } from '../telemetry/events.js';
import { Worker } from '../worker/worker.js';
import { assembleWorker } from './assemble-worker.js';
import { Migrator } from './migrator.js';
import type { RowlockOptions } from './options.js';
import { settingsOf } from './options.js';
import { QueueCheck } from './queue-check.js';
import { TOKENS } from './tokens.js';

/**
 * Rowlock for an inversify container that exists: binds `Jobs`, `Locks`, `Pipelines`, `Approvals`, `Worker`, `Telemetry` and every
 * handler that is not bound yet. Handlers are resolved from that container, so they may inject whatever it holds.
 *
 * @throws DefinitionError naming the class or option that contradicts itself
 * @example
 * const container = new Container();
 * container.load(rowlockModule({ dataSource, handlers: [SendReceipt] }));
 * await container.get(Jobs).enqueue(SendReceipt, { orderId });
 */
export function rowlockModule(options: RowlockOptions): ContainerModule {
  const builtIn = builtInHandlers(options.pipelines ?? []);
  const registry = new HandlerRegistry([...(options.handlers ?? []), ...builtIn]);
  const pipelines = new PipelineRegistry(options.pipelines ?? [], registry);
  const settings = settingsOf(options, queuesOf(registry, pipelines), builtIn.length > 0 ? [PIPELINES_QUEUE] : []);
  return new ContainerModule(({ bind, isBound }) => {
    bind(TOKENS.settings).toConstantValue(settings);
    bind(TOKENS.database).toConstantValue(new Database(options.dataSource, settings.schema));
    bind(TOKENS.registry).toConstantValue(registry);
    bind(TOKENS.pipelines).toConstantValue(pipelines);
    bind(TOKENS.codec).toConstantValue(new PayloadCodec());
    bind(Telemetry).toConstantValue(new Telemetry());
    bind(TOKENS.engine)
      .toDynamicValue((context) => new Engine(context.get(TOKENS.database)))
      .inSingletonScope();
    bind(TOKENS.resolver).toDynamicValue(handlerResolver).inSingletonScope();
    bind(TOKENS.orchestrator).toDynamicValue(orchestrator).inSingletonScope();
    bind(TOKENS.queueCheck).toDynamicValue(queueCheck).inSingletonScope();
    bind(TOKENS.starter).toDynamicValue(runStarter).inSingletonScope();
    bind(TOKENS.waits).toDynamicValue(stepWaits).inSingletonScope();
    bind(TOKENS.answers).toDynamicValue(answerSender).inSingletonScope();
    bind(AwaitSignal).toDynamicValue((context) => new AwaitSignal(context.get(TOKENS.waits)));
    bind(AwaitApproval).toDynamicValue((context) => new AwaitApproval(context.get(TOKENS.waits)));
    bind(RunChild).toDynamicValue((context) => new RunChild(childRuns(context)));
    const bound = new Set<HandlerClass>([AwaitSignal, AwaitApproval, RunChild]);
    for (const { handlerClass } of registry.definitions) {
      if (!bound.has(handlerClass) && !isBound(handlerClass)) bind(handlerClass).toSelf();
    }
    if (!isBound(BlobStore)) {
      bind(BlobStore).toConstantValue(options.blobs ?? new DatabaseBlobStore(options.dataSource, settings));
    }
    bind(Locks).toDynamicValue(locks).inSingletonScope();
    bind(Pipelines).toDynamicValue(runs).inSingletonScope();
    bind(Approvals).toDynamicValue(approvals).inSingletonScope();
    bind(Jobs).toDynamicValue(jobs).inSingletonScope();
    bind(Worker).toDynamicValue(worker).inSingletonScope();
  });
}

/** Of handlers, and of steps that have another than their handler. */
function queuesOf(handlers: HandlerRegistry, pipelines: PipelineRegistry<PipelineDefinition>): string[] {
  const ofSteps = pipelines.definitions.flatMap(({ steps }) => steps.flatMap(({ options }) => options.queue ?? []));
  return [...new Set([...handlers.definitions.map(({ queue }) => queue), ...ofSteps])];
}

/** One instance for each attempt, unless the application has bound the class in another scope. */
function handlerResolver(context: ResolutionContext): HandlerResolver {
  return { resolve: ({ handlerClass }) => context.getAsync<HandlerShape>(handlerClass) };
}

function orchestrator(context: ResolutionContext): Orchestrator {
  return new Orchestrator({
    database: context.get(TOKENS.database),
    engine: context.get(TOKENS.engine),
    codec: context.get(TOKENS.codec),
    pipelines: context.get(TOKENS.pipelines),
    telemetry: context.get(Telemetry),
  });
}

function queueCheck(context: ResolutionContext): QueueCheck {
  const [database, pipelines] = [context.get(TOKENS.database), context.get(TOKENS.pipelines)];
  return new QueueCheck(database, pipelines, context.get(TOKENS.settings), context.get(Telemetry));
}

function stepWaits(context: ResolutionContext): StepWaits {
  const [database, codec] = [context.get(TOKENS.database), context.get(TOKENS.codec)];
  return new StepWaits(database, codec, context.get(TOKENS.pipelines), context.get(Telemetry));
}

function childRuns(context: ResolutionContext): ChildRuns {
  const [database, starter] = [context.get(TOKENS.database), context.get(TOKENS.starter)];
  return new ChildRuns(database, starter, context.get(TOKENS.pipelines), context.get(Telemetry));
}

function runStarter(context: ResolutionContext): RunStarter {
  return new RunStarter(context.get(TOKENS.database), context.get(TOKENS.engine), context.get(TOKENS.codec));
}

function answerSender(context: ResolutionContext): AnswerSender {
  const [database, codec] = [context.get(TOKENS.database), context.get(TOKENS.codec)];
  return new AnswerSender(database, codec, context.get(TOKENS.pipelines), context.get(Telemetry));
}

function approvals(context: ResolutionContext): Approvals {
  const { approvalSecret } = context.get(TOKENS.settings);
  return new Approvals({
    database: context.get(TOKENS.database),
    answers: context.get(TOKENS.answers),
    secret: approvalSecret,
  });
}

function locks(context: ResolutionContext): Locks {
  return new Locks(context.get(TOKENS.database), context.get(TOKENS.engine));
}

function runs(context: ResolutionContext): Pipelines {
  const database = context.get(TOKENS.database);
  const telemetry = context.get(Telemetry);
  const [engine, codec] = [context.get(TOKENS.engine), context.get(TOKENS.codec)];
  const starter = context.get(TOKENS.starter);
  const repeater = new RunRepeater(starter, context.get(TOKENS.pipelines));
  return new Pipelines({
    database,
    telemetry,
    starter,
    repeater,
    retrier: new RunRetrier(repeater, engine, codec),
    orchestrator: context.get(TOKENS.orchestrator),
    answers: context.get(TOKENS.answers),
    waiter: new RunWaiter(database, telemetry),
  });
}

function jobs(context: ResolutionContext): Jobs {
  const database = context.get(TOKENS.database);
  const engine = context.get(TOKENS.engine);
  const telemetry = context.get(Telemetry);
  return new Jobs({
    database,
    engine,
    telemetry,
    types: new JobTypes(context.get(TOKENS.registry), context.get(TOKENS.codec), database),
    batcher: new EnqueueBatcher(engine, database),
    operations: new JobOperations(database, engine, context.get(TOKENS.orchestrator), telemetry),
    query: new JobQuery(database),
    outcomes: new OutcomeWaiter(database, telemetry),
    pipelines: context.get(Pipelines),
  });
}

function worker(context: ResolutionContext): Worker {
  const database = context.get(TOKENS.database);
  const registry = context.get(TOKENS.registry);
  const settings = context.get(TOKENS.settings);
  const queues = context.get(TOKENS.queueCheck);
  return assembleWorker({
    settings,
    database,
    registry,
    pipelines: context.get(TOKENS.pipelines).definitions.map(({ name, version }) => `${name}@${version}`),
    codec: context.get(TOKENS.codec),
    engine: context.get(TOKENS.engine),
    runs: context.get(TOKENS.orchestrator),
    resolver: context.get(TOKENS.resolver),
    telemetry: context.get(Telemetry),
    prepare: async () => {
      surviveLostConnections(database.dataSource); // of a container of the application's own
      await new Migrator(database.dataSource, settings.schema).check();
      await database.run(saveJobTypes, [JSON.stringify(registry.definitions.map(jobTypeRow))]);
      (await queues.find())();
    },
  });
}
