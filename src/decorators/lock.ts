import type { PayloadOf } from '../core/handler-class.js';
import type { HandlerTarget } from './decorator-target.js';
import { record } from './metadata.js';
import type { ReadableKey } from './readable-key.js';

/**
 * At most one running job for each key in the whole cluster, whatever handler it belongs to. Jobs whose key is taken
 * wait in the order of their enqueue; waiting costs no attempt and no worker slot.
 *
 * Does not compile if the template reads a field that the payload lacks, or one that is no text, number or boolean.
 * @param key text with fields of the payload in braces; or a function, whose parameter must be annotated
 * @example @Lock('page:{url}')
 * @example @Lock(({ url }: PageRef) => `host:${new URL(url).host}`)
 */
export function Lock<const Template extends string = never, Payload extends object = never>(
  key: Template | ((payload: Payload) => string),
) {
  return <Class extends HandlerTarget>(
    target: Class & ReadableKey<'@Lock', Template, Payload, PayloadOf<InstanceType<Class>>>,
  ): void => record(target, 'Lock', key);
}
