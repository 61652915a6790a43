import type { HandlerShape } from '../core/handler-class.js';
import type { HandlerDefinition } from '../registry/handler-definition.js';

/** The port by which the executor gets an instance of a handler; the container implements it. */
export interface HandlerResolver {
  resolve(definition: HandlerDefinition): HandlerShape | Promise<HandlerShape>;
}
