import { DefinitionError } from '../core/errors.js';
import type { HandlerClass, PayloadClass } from '../core/handler-class.js';
import { isName, LIMITS } from '../core/limits.js';
import type { JobHandlerOptions } from '../decorators/handler-settings.js';
import { invalidHandler } from './invalid-handler.js';
import { payloadFields } from './payload-fields.js';
import { settingOf } from './setting-of.js';

const NAME_RULE = `1 to ${LIMITS.nameLength} characters of a-z, 0-9, "_", ".", ":" and "-", the first one a letter`;

/**
 * What `@JobHandler` recorded, checked.
 * @throws DefinitionError `HANDLER_NOT_DECORATED` or `HANDLER_INVALID`
 */
export function checkIdentity(handlerClass: HandlerClass): JobHandlerOptions {
  if (typeof handlerClass !== 'function') throw notAClass(handlerClass);
  const options = settingOf(handlerClass, 'JobHandler');
  if (!options) throw notDecorated(handlerClass);
  const { name, queue, version } = options;
  if (!isName(name)) throw invalidHandler(handlerClass, `its name ${JSON.stringify(name)} is not ${NAME_RULE}.`);
  if (queue !== undefined && !isName(queue)) {
    throw invalidHandler(handlerClass, `its queue ${JSON.stringify(queue)} is not ${NAME_RULE}.`);
  }
  if (version !== undefined && !(Number.isInteger(version) && version >= 1 && version <= LIMITS.payloadVersion)) {
    throw invalidHandler(
      handlerClass,
      `its version ${String(version)} is no whole number from 1 to ${LIMITS.payloadVersion}.`,
    );
  }
  if (typeof (handlerClass.prototype as { handle?: unknown } | undefined)?.handle !== 'function') {
    throw invalidHandler(
      handlerClass,
      'it has no method handle(payload, job). An arrow function in a field does not count.',
    );
  }
  return options;
}

/** @throws DefinitionError `HANDLER_INVALID` */
export function checkPayloadClass(handlerClass: HandlerClass, payloadClass: PayloadClass): void {
  if (typeof payloadClass !== 'function') {
    throw invalidHandler(
      handlerClass,
      `its payload class is ${String(payloadClass)}. Name it in @JobHandler({ payload }); if it is named there, two ` +
        'modules import each other: move the payload class into a file of its own.',
    );
  }
  try {
    new payloadClass();
  } catch (error) {
    throw new DefinitionError(
      'HANDLER_INVALID',
      `Handler ${handlerClass.name}: its payload class ${payloadClass.name} cannot be constructed without arguments ` +
        `(${error instanceof Error ? error.message : String(error)}). Payloads are plain fields; drop the constructor.`,
      { cause: error },
    );
  }
  if (payloadFields(payloadClass) === null) {
    throw invalidHandler(
      handlerClass,
      `no field of its payload class ${payloadClass.name} has a class-validator decorator, so that every payload would ` +
        'be refused. Add one to each field (@Allow() at least), or use NoPayload if there is none.',
    );
  }
}

function notAClass(value: unknown): DefinitionError {
  return new DefinitionError(
    'HANDLER_INVALID',
    `${value === null || typeof value !== 'object' ? String(value) : 'An object'} was passed as a handler class. Pass the ` +
      'class itself; if it is undefined, two modules import each other.',
  );
}

function notDecorated(handlerClass: HandlerClass): DefinitionError {
  return new DefinitionError(
    'HANDLER_NOT_DECORATED',
    `Class ${handlerClass.name || '(without a name)'} was passed as a handler, but has no @JobHandler({ name, payload }). ` +
      'Add the decorator, or make the handler with defineHandler.',
  );
}
