import type { HandlerClass } from '../core/handler-class.js';
import type { HandlerSettings } from '../decorators/handler-settings.js';
import type { SettingName } from '../decorators/metadata.js';
import { recorded } from '../decorators/metadata.js';
import { invalidHandler } from './invalid-handler.js';

/**
 * What one decorator recorded for a class, or undefined.
 * @throws DefinitionError if the decorator stands on the class twice
 */
export function settingOf<S extends SettingName>(
  handlerClass: HandlerClass,
  setting: S,
): HandlerSettings[S] | undefined {
  const [value, second] = recorded(handlerClass, setting);
  if (second !== undefined) {
    throw invalidHandler(
      handlerClass,
      `it carries @${setting} twice, and which of them counts cannot be told. Remove one.`,
    );
  }
  return value;
}
