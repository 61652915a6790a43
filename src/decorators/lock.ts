import type { HandlerShape, PayloadOf } from '../core/handler-class.js';
import type { ReadableTemplate } from '../core/key-template.js';
import type { HandlerTarget } from './decorator-target.js';
import type { KeyOption } from './handler-settings.js';
import { record } from './metadata.js';
import type { TakenBy } from './taken-by.js';

/**
 * At most one running job for each key in the whole cluster, whatever handler it belongs to. Jobs whose key is taken
 * wait in the order of their enqueue; waiting costs no attempt and no worker slot.
 *
 * Does not compile if the template reads a field that the payload lacks, or one that is no text, number or boolean.
 * @param key text with fields of the payload in braces; or a function, whose parameter must be annotated
 * @example @Lock('page:{url}')
 * @example @Lock(({ url }: PageRef) => `host:${new URL(url).host}`)
 */
export function Lock<const Template extends string>(
  key: Template,
): <Class extends HandlerTarget>(
  target: Class & ReadableTemplate<'@Lock', Template, PayloadOf<InstanceType<Class>>>,
) => void;
export function Lock<Payload extends object>(
  key: (payload: Payload) => string,
): <Class extends HandlerTarget>(target: Class & TakenBy<'@Lock', InstanceType<Class>, Payload>) => void;
export function Lock(key: KeyOption) {
  return (target: abstract new (...args: never[]) => HandlerShape): void => record(target, 'Lock', key);
}
