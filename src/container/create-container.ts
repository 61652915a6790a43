import type { ContainerModule } from 'inversify';
import { Container } from 'inversify';
import { DefinitionError } from '../core/errors.js';
import type { HandlerRegistry } from '../registry/handler-registry.js';
import type { RowlockOptions } from './options.js';
import { rowlockModule } from './rowlock-module.js';
import { TOKENS } from './tokens.js';

export interface CreateContainerOptions extends RowlockOptions {
  /** The application's own bindings: what its handlers inject. */
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
  container.load(...modules, rowlockModule(options));
  if (!options.dataSource.isInitialized) await options.dataSource.initialize();
  await checkHandlers(container, container.get(TOKENS.registry));
  return container;
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
