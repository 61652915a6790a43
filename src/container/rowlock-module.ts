import type { ResolutionContext } from 'inversify';
import { ContainerModule } from 'inversify';
import { EnqueueBatcher } from '../client/enqueue-batcher.js';
import { JobOperations } from '../client/job-operations.js';
import { JobQuery } from '../client/job-query.js';
import { JobTypes, jobTypeRow } from '../client/job-type.js';
import { Jobs } from '../client/jobs.js';
import { Locks } from '../client/locks.js';
import { OutcomeWaiter } from '../client/outcome-waiter.js';
import type { HandlerShape } from '../core/handler-class.js';
import { Engine } from '../engine/engine.js';
import type { HandlerResolver } from '../engine/handler-resolver.js';
import { HandlerRegistry } from '../registry/handler-registry.js';
import { PayloadCodec } from '../registry/payload-codec.js';
import { Database } from '../repositories/database.js';
import { saveJobTypes } from '../repositories/sql/save-job-types.js';
import { Telemetry } from '../telemetry/events.js';
import { Worker } from '../worker/worker.js';
import { assembleWorker } from './assemble-worker.js';
import type { RowlockOptions } from './options.js';
import { settingsOf } from './options.js';
import { TOKENS } from './tokens.js';

/**
 * Rowlock for an inversify container that exists: binds `Jobs`, `Locks`, `Pipelines`, `Worker`, `Telemetry` and every
 * handler that is not bound yet. Handlers are resolved from that container, so they may inject whatever it holds.
 *
 * @throws DefinitionError naming the class or option that contradicts itself
 * @example
 * const container = new Container();
 * container.load(rowlockModule({ dataSource, handlers: [SendReceipt] }));
 * await container.get(Jobs).enqueue(SendReceipt, { orderId });
 */
export function rowlockModule(options: RowlockOptions): ContainerModule {
  const registry = new HandlerRegistry(options.handlers ?? []);
  const settings = settingsOf(options, [...new Set(registry.definitions.map(({ queue }) => queue))]);
  return new ContainerModule((module) => {
    const { bind, isBound } = module;
    bind(TOKENS.settings).toConstantValue(settings);
    bind(TOKENS.database).toConstantValue(new Database(options.dataSource, settings.schema));
    bind(TOKENS.registry).toConstantValue(registry);
    bind(TOKENS.codec).toConstantValue(new PayloadCodec());
    bind(Telemetry).toConstantValue(new Telemetry());
    bind(TOKENS.engine)
      .toResolvedValue((database: Database) => new Engine(database), [TOKENS.database])
      .inSingletonScope();
    bind(TOKENS.resolver).toDynamicValue(handlerResolver).inSingletonScope();
    for (const { handlerClass } of registry.definitions) if (!isBound(handlerClass)) bind(handlerClass).toSelf();
    bind(Locks)
      .toResolvedValue(
        (database: Database, engine: Engine) => new Locks(database, engine),
        [TOKENS.database, TOKENS.engine],
      )
      .inSingletonScope();
    bind(Jobs).toDynamicValue(jobs).inSingletonScope();
    bind(Worker).toDynamicValue(worker).inSingletonScope();
  });
}

/** One instance for each attempt, unless the application has bound the class in another scope. */
function handlerResolver(context: ResolutionContext): HandlerResolver {
  return { resolve: ({ handlerClass }) => context.getAsync<HandlerShape>(handlerClass) };
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
    operations: new JobOperations(database, engine, { cancelRuns: () => Promise.resolve() }, telemetry),
    query: new JobQuery(database),
    outcomes: new OutcomeWaiter(database, telemetry),
  });
}

function worker(context: ResolutionContext): Worker {
  const database = context.get(TOKENS.database);
  const registry = context.get(TOKENS.registry);
  return assembleWorker({
    settings: context.get(TOKENS.settings),
    database,
    registry,
    pipelines: [],
    codec: context.get(TOKENS.codec),
    engine: context.get(TOKENS.engine),
    runs: { settled: () => Promise.resolve(() => undefined) },
    resolver: context.get(TOKENS.resolver),
    telemetry: context.get(Telemetry),
    prepare: async () => {
      await database.run(saveJobTypes, [JSON.stringify(registry.definitions.map(jobTypeRow))]);
    },
  });
}
