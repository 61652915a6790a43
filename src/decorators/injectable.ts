import type { ServiceIdentifier } from 'inversify';
import { inject, injectable } from 'inversify';
import type { SettingsTarget } from './decorator-target.js';

/**
 * Marks a handler class for inversify. Called when its definition is made and not by `@JobHandler`: inversify throws if
 * a class is marked twice, and whether a user's own `@injectable()` stands above or below is theirs to choose.
 */
export function markInjectable(target: SettingsTarget): void {
  try {
    injectable()(target);
  } catch {
    // The one thing that `injectable` refuses is a class that carries the mark already.
  }
}

/** Names what the constructor's parameters are filled with, as `@inject` on each of them would. */
export function injectInto(target: SettingsTarget, services: readonly ServiceIdentifier[]): void {
  services.forEach((service, index) => inject(service)(target, undefined, index));
}
