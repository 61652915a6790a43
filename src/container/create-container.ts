import type { ContainerModule } from 'inversify';
import { Container } from 'inversify';
import type { DataSource } from 'typeorm';
import { DefinitionError } from '../core/errors.js';
import type { HandlerRegistry } from '../registry/handler-registry.js';
import { surviveLostConnections } from '../repositories/survive-lost-connections.js';
import { dataSourceModule } from './data-source-module.js';
import { unreachable } from './data-source.js';
import { postgresOptions } from './postgres-options.js';
import { Migrator } from './migrator.js';
import type { RowlockOptions } from './options.js';
import { rowlockModule } from './rowlock-module.js';
import { TOKENS } from './tokens.js';

export interface CreateContainerOptions extends RowlockOptions {
  /** The application's own bindings: what its handlers inject. `DataSource` is bound to `dataSource` if none of them does. */
  readonly modules?: readonly ContainerModule[];
}

/**
 * Makes an inversify container with everything of Rowlock in it, and checks it: whatever contradicts itself, or cannot be
 * constructed, fails here and not at the first job.
 *
 * @throws DefinitionError naming the class or option; DatabaseUnreachableError; SchemaVersionError
 * @example
 * const container = await createContainer({ dataSource, handlers: [ScrapePage], pipelines: [ingestPage] });
 * const jobs = container.get(Jobs);
 * await container.get(Worker).run();
 */
export async function createContainer({ modules = [], ...options }: CreateContainerOptions): Promise<Container> {
  const container = new Container();
  container.load(...modules, dataSourceModule(options.dataSource), rowlockModule(options));
  await connect(options.dataSource);
  surviveLostConnections(options.dataSource);
  await new Migrator(options.dataSource, container.get(TOKENS.settings).schema).check();
  await checkHandlers(container, container.get(TOKENS.registry));
  setImmediate(await container.get(TOKENS.queueCheck).find()); // once the caller can listen
  return container;
}

async function connect(dataSource: DataSource): Promise<void> {
  const settings = postgresOptions(dataSource);
  if (dataSource.isInitialized) return;
  await dataSource.initialize().catch((error: unknown) => Promise.reject(unreachable(settings, error)));
}

/** Constructs each handler once: a service that is not bound is found now. */
async function checkHandlers(container: Container, registry: HandlerRegistry): Promise<void> {
  for (const { handlerClass, name } of registry.definitions) {
    try {
      await container.getAsync(handlerClass);
    } catch (error) {
      throw new DefinitionError(
        'HANDLER_UNRESOLVABLE',
        `Handler ${handlerClass.name} of job "${name}" cannot be constructed: ${firstLines(error)}. ` +
          `Bind what its constructor injects (createContainer({ modules })), and name each with @inject(…).`,
        { cause: error },
      );
    }
  }
}

function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 3)
    .join(' ');
}
