import type { HandlerShape, PayloadOf } from '../core/handler-class.js';
import type { ReadableTemplate } from '../core/key-template.js';
import type { UniqueOptions } from '../core/unique.js';
import type { HandlerTarget } from './decorator-target.js';
import type { KeyOption } from './handler-settings.js';
import { record } from './metadata.js';
import type { TakenBy } from './taken-by.js';

/**
 * Enqueues at most one job for each key: by default as long as the first is unfinished, and the second is ignored (its
 * handle is that of the first). Keys of different handlers never meet.
 *
 * Does not compile if the template reads a field that the payload lacks, or one that is no text, number or boolean.
 * @param key text with fields of the payload in braces; or a function, whose parameter must be annotated
 * @param options how long the key is taken, and what happens to the second
 * @example @Unique('page:{url}')
 * @example @Unique('{customerId}', { for: '1h', onConflict: 'reject' })
 */
export function Unique<const Template extends string>(
  key: Template,
  options?: UniqueOptions,
): <Class extends HandlerTarget>(
  target: Class & ReadableTemplate<'@Unique', Template, PayloadOf<InstanceType<Class>>>,
) => void;
export function Unique<Payload extends object>(
  key: (payload: Payload) => string,
  options?: UniqueOptions,
): <Class extends HandlerTarget>(target: Class & TakenBy<'@Unique', InstanceType<Class>, Payload>) => void;
export function Unique(key: KeyOption, options: UniqueOptions = {}) {
  return (target: abstract new (...args: never[]) => HandlerShape): void =>
    record(target, 'Unique', { ...options, key });
}
