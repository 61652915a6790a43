import type { HandlerClass, PayloadClass } from '../core/handler-class.js';
import type { Priority } from '../core/limits.js';
import { LIMITS, PRIORITY } from '../core/limits.js';
import type { RetryPolicy } from '../core/retry-policy.js';
import { retryPolicy } from '../core/retry-policy.js';
import type { OnConflict, UniqueScope } from '../core/unique.js';
import type { Upcast } from '../decorators/handler-settings.js';
import { markInjectable } from '../decorators/injectable.js';
import { checkIdentity, checkPayloadClass } from './check-identity.js';
import { checkKey } from './check-key.js';
import { checkPriority, checkRetry } from './check-retry.js';
import { checkedPeriod } from './checked-period.js';
import type { KeySource } from './key-source.js';
import { keySource } from './key-source.js';
import { checkUnique } from './check-unique.js';
import { checkedUpcasts } from './check-upcasts.js';
import { settingOf } from './setting-of.js';

/** Everything that is known about a handler: what its decorators recorded, with defaults, checked and frozen. */
export interface HandlerDefinition {
  readonly name: string;
  readonly handlerClass: HandlerClass;
  readonly payloadClass: PayloadClass;
  readonly version: number;
  /** What takes a payload to the next version, by the versions that it takes it from, the oldest first. */
  readonly upcasts: ReadonlyMap<number, Upcast>;
  readonly queue: string;
  readonly priority: Priority;
  readonly retry: RetryPolicy;
  /** Null: the worker's default. */
  readonly timeoutMs: number | null;
  readonly lock: KeySource | null;
  readonly unique: UniqueDefinition | null;
  /** Null: the default retention. */
  readonly keepMs: number | null;
  readonly transactional: boolean;
}

/** `@Unique`, with its defaults. */
export interface UniqueDefinition {
  readonly key: KeySource;
  readonly scope: UniqueScope;
  /** Set if `scope` is `period`. */
  readonly periodMs: number | null;
  readonly onConflict: OnConflict;
}

/**
 * Reads what decorators recorded on a handler class, fills in the defaults and checks that nothing contradicts.
 * @throws DefinitionError naming the class and what to change
 */
export function handlerDefinition(handlerClass: HandlerClass): HandlerDefinition {
  const { name, payload, queue = 'default', version = 1, upcast } = checkIdentity(handlerClass);
  checkPayloadClass(handlerClass, payload);
  markInjectable(handlerClass);
  const priority = settingOf(handlerClass, 'Priority') ?? PRIORITY.default;
  checkPriority(handlerClass, priority);
  return Object.freeze({
    name,
    handlerClass,
    payloadClass: payload,
    version,
    upcasts: checkedUpcasts(handlerClass, upcast, version),
    queue,
    priority,
    retry: retryOf(handlerClass),
    timeoutMs: checkedPeriod(handlerClass, '@Timeout', settingOf(handlerClass, 'Timeout'), LIMITS.timeoutMs),
    lock: lockOf(handlerClass, name, payload),
    unique: uniqueOf(handlerClass, name, payload),
    keepMs: checkedPeriod(handlerClass, '@Keep', settingOf(handlerClass, 'Keep'), LIMITS.keepMs),
    transactional: settingOf(handlerClass, 'Transactional') ?? false,
  });
}

function retryOf(handlerClass: HandlerClass): RetryPolicy {
  const options = settingOf(handlerClass, 'Retry') ?? {};
  checkRetry(handlerClass, options);
  return Object.freeze(retryPolicy(options));
}

function lockOf(handlerClass: HandlerClass, name: string, payload: PayloadClass): KeySource | null {
  const key = settingOf(handlerClass, 'Lock');
  if (key === undefined) return null;
  checkKey(handlerClass, '@Lock', key, payload);
  return keySource(key, '@Lock', name);
}

function uniqueOf(handlerClass: HandlerClass, name: string, payload: PayloadClass): UniqueDefinition | null {
  const options = settingOf(handlerClass, 'Unique');
  if (options === undefined) return null;
  checkKey(handlerClass, '@Unique', options.key, payload);
  const periodMs = checkUnique(handlerClass, options);
  return Object.freeze({
    key: keySource(options.key, '@Unique', name),
    scope: periodMs === null ? (options.while ?? 'unfinished') : 'period',
    periodMs,
    onConflict: options.onConflict ?? 'ignore',
  });
}
