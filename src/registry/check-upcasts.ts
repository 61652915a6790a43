import type { HandlerClass } from '../core/handler-class.js';
import type { Upcast } from '../decorators/handler-settings.js';
import { invalidHandler } from './invalid-handler.js';

/**
 * The upcasts of a handler by the versions that they lead from, the oldest first.
 * @throws DefinitionError `HANDLER_INVALID` if one leads nowhere, or is none
 */
export function checkedUpcasts(
  handlerClass: HandlerClass,
  upcast: Readonly<Record<number, Upcast | undefined>> = {},
  version: number,
): ReadonlyMap<number, Upcast> {
  const upcasts = new Map<number, Upcast>();
  for (const [key, made] of Object.entries(upcast)) {
    const from = Number(key);
    if (!Number.isInteger(from) || from < 1 || from >= version) {
      throw invalidHandler(
        handlerClass,
        `its upcast from version ${key} leads nowhere: its own version is ${version}.`,
      );
    }
    if (typeof made !== 'function' || Object.prototype.toString.call(made) === '[object AsyncFunction]') {
      throw invalidHandler(
        handlerClass,
        `its upcast from version ${key} is no function that returns a payload at once.`,
      );
    }
    upcasts.set(from, made);
  }
  const sorted = new Map([...upcasts].sort(([a], [b]) => a - b));
  for (const from of sorted.keys()) {
    const next = from + 1;
    if (next === version || sorted.has(next)) continue;
    throw invalidHandler(
      handlerClass,
      `its upcast from version ${from} leads to ${next}, from which none leads on to ${version}.`,
    );
  }
  return sorted;
}
