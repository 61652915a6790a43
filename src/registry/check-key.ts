import { DefinitionError } from '../core/errors.js';
import type { HandlerClass, PayloadClass } from '../core/handler-class.js';
import { checkTemplate, templateFields } from '../core/key-template.js';
import type { KeyOption } from '../decorators/handler-settings.js';
import { invalidHandler } from './invalid-handler.js';
import { payloadFields } from './payload-fields.js';

/**
 * Checks a key template against the payload class. The compiler does the same, but not for templates that are built at
 * run time, nor for those a subclass inherits.
 * @throws DefinitionError `KEY_TEMPLATE_INVALID` or `HANDLER_INVALID`
 */
export function checkKey(
  handlerClass: HandlerClass,
  decorator: '@Lock' | '@Unique',
  key: KeyOption,
  payloadClass: PayloadClass,
): void {
  if (typeof key === 'function') return;
  if (typeof key !== 'string')
    throw invalidHandler(handlerClass, `the key of ${decorator} is no template and no function.`);
  const where = `${decorator} of ${handlerClass.name}`;
  checkTemplate(key, where);
  const fields = payloadFields(payloadClass);
  const unknown = templateFields(key).find((path) => !fields?.has(path.split('.', 1)[0] ?? path));
  if (unknown !== undefined) {
    throw new DefinitionError(
      'KEY_TEMPLATE_INVALID',
      `${where}: "${key}" reads {${unknown}}, but ${payloadClass.name} has no such validated field` +
        ` (it has: ${[...(fields ?? [])].join(', ') || 'none'}).`,
    );
  }
}
