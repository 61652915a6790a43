import { DefinitionError, HandlerNotFoundError } from '../core/errors.js';
import type { HandlerClass } from '../core/handler-class.js';
import { recorded } from '../decorators/metadata.js';
import type { HandlerDefinition } from './handler-definition.js';
import { handlerDefinition } from './handler-definition.js';

/** The handlers of an application, by name and by class. Immutable: made once, when the container is made. */
export class HandlerRegistry {
  private readonly byName = new Map<string, HandlerDefinition>();
  private readonly byClass = new Map<HandlerClass, HandlerDefinition>();

  /** @throws DefinitionError if a class contradicts itself, or two have the same name */
  constructor(handlerClasses: readonly HandlerClass[]) {
    for (const handlerClass of handlerClasses) this.add(handlerClass);
  }

  /** Every handler, in the order in which they were passed. */
  get definitions(): readonly HandlerDefinition[] {
    return [...this.byName.values()];
  }

  /** The handler of that name, or undefined. */
  find(name: string): HandlerDefinition | undefined {
    return this.byName.get(name);
  }

  /** @throws HandlerNotFoundError naming those that are registered */
  get(handler: string | HandlerClass): HandlerDefinition {
    const definition = typeof handler === 'string' ? this.byName.get(handler) : this.byClass.get(handler);
    if (!definition) throw new HandlerNotFoundError(nameOf(handler), [...this.byName.keys()]);
    return definition;
  }

  private add(handlerClass: HandlerClass): void {
    if (this.byClass.has(handlerClass)) return;
    const definition = handlerDefinition(handlerClass);
    const other = this.byName.get(definition.name);
    if (other) throw duplicate(definition, other);
    this.byName.set(definition.name, definition);
    this.byClass.set(handlerClass, definition);
  }
}

function duplicate({ name, handlerClass }: HandlerDefinition, other: HandlerDefinition): DefinitionError {
  const [first, second] = [other.handlerClass, handlerClass];
  const inherits = first.prototype instanceof second || second.prototype instanceof first;
  return new DefinitionError(
    'HANDLER_DUPLICATE',
    `Handlers ${first.name} and ${second.name} are both named "${name}". ` +
      (inherits
        ? 'One extends the other and inherits its name: give it a @JobHandler of its own, or pass only one of them.'
        : 'Rename one, or pass only one of them.') +
      (first.name === second.name ? ' The classes have the same name too: is one file loaded as .ts and as .js?' : ''),
  );
}

/** A class that is not registered is still best known by the name of its jobs. */
function nameOf(handler: string | HandlerClass): string {
  return typeof handler === 'string' ? handler : (recorded(handler, 'JobHandler')[0]?.name ?? handler.name);
}
