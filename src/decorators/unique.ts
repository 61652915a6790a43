import type { PayloadOf } from '../core/handler-class.js';
import type { UniqueOptions } from '../core/unique.js';
import type { HandlerTarget } from './decorator-target.js';
import { record } from './metadata.js';
import type { ReadableKey } from './readable-key.js';

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
export function Unique<const Template extends string = never, Payload extends object = never>(
  key: Template | ((payload: Payload) => string),
  options: UniqueOptions = {},
) {
  return <Class extends HandlerTarget>(
    target: Class & ReadableKey<'@Unique', Template, Payload, PayloadOf<InstanceType<Class>>>,
  ): void => record(target, 'Unique', { ...options, key });
}
