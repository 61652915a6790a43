import { DefinitionError } from '../core/errors.js';
import type { HandlerClass } from '../core/handler-class.js';

/** @param problem what is wrong and what to do about it, in whole sentences after the name of the class */
export function invalidHandler(handlerClass: HandlerClass, problem: string): DefinitionError {
  return new DefinitionError(
    'HANDLER_INVALID',
    `Handler ${handlerClass.name || '(a class without a name)'}: ${problem}`,
  );
}
