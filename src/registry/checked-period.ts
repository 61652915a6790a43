import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import type { HandlerClass } from '../core/handler-class.js';
import { invalidHandler } from './invalid-handler.js';

/**
 * The milliseconds of an optional duration; null if there is none.
 * @param what names the setting in errors, such as `@Timeout`
 * @throws DefinitionError if it is no duration, zero, or longer than `maxMs`
 */
export function checkedPeriod(
  handlerClass: HandlerClass,
  what: string,
  duration: Duration | undefined,
  maxMs: number,
): number | null {
  if (duration === undefined) return null;
  const value = milliseconds(duration, `${what} of ${handlerClass.name}`);
  if (value === 0) throw invalidHandler(handlerClass, `${what} is ${duration}. Write more than zero, or leave it out.`);
  if (value > maxMs) {
    throw invalidHandler(
      handlerClass,
      `${what} is ${duration}. At most ${Math.floor(maxMs / 86_400_000)} days are possible.`,
    );
  }
  return value;
}
