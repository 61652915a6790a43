import 'reflect-metadata';
import type { HandlerSettings } from './handler-settings.js';

/** The name of a decorator. */
export type SettingName = keyof HandlerSettings;

/** `Symbol.for`, so that a second copy of this package reads what the first has recorded. */
const keyOf = (setting: SettingName): symbol => Symbol.for(`rowlock:${setting}`);

/**
 * Records what a decorator was given, on the class itself. A decorator that is written twice is kept twice: the
 * registry reports it, because an error thrown here would appear at an import, far from any handler of it.
 */
export function record<S extends SettingName>(target: object, setting: S, value: HandlerSettings[S]): void {
  Reflect.defineMetadata(keyOf(setting), [...ownRecords(target, setting), value], target);
}

/**
 * What was recorded for a class: its own, else that of the nearest class it extends. So a subclass inherits each
 * setting that it does not state itself.
 */
export function recorded<S extends SettingName>(target: object, setting: S): readonly HandlerSettings[S][] {
  for (let owner: object | null = target; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const own = ownRecords(owner, setting);
    if (own.length > 0) return own;
  }
  return [];
}

function ownRecords<S extends SettingName>(target: object, setting: S): readonly HandlerSettings[S][] {
  return (Reflect.getOwnMetadata(keyOf(setting), target) as readonly HandlerSettings[S][] | undefined) ?? [];
}
