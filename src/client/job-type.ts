import type { OnConflict, UniqueScope } from '../core/unique.js';
import { HandlerNotFoundError, PayloadError } from '../core/errors.js';
import type { HandlerClass } from '../core/handler-class.js';
import type { HandlerDefinition } from '../registry/handler-definition.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { HandlerRegistry } from '../registry/handler-registry.js';
import { keySource } from '../registry/key-source.js';
import type { EncodedPayload, PayloadCodec } from '../registry/payload-codec.js';
import { payloadJson } from '../registry/payload-json.js';
import type { Database } from '../repositories/database.js';
import { findJobTypes } from '../repositories/sql/find-job-types.js';
import type { JobTypeRow } from '../repositories/sql/save-job-types.js';

/** What a producer must know of a kind of job, whether its class is loaded here or not. */
export interface JobType {
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number | null;
  readonly keepMs: number | null;
  /** Of its payloads; null: the caller knows it, for the class is not loaded here. */
  readonly version: number | null;
  readonly unique: {
    readonly scope: UniqueScope;
    readonly periodMs: number | null;
    readonly onConflict: OnConflict;
  } | null;
  /** @throws PayloadError */
  encode(payload: unknown): EncodedPayload | Promise<EncodedPayload>;
  lockKey(payload: object): string | null;
  uniqueKey(payload: object): string | null;
}

const CACHE_MS = 60_000;

/** Finds job types: by class, by name among the classes of this process, and else as a worker has registered them. */
export class JobTypes {
  readonly #byClass = new Map<HandlerClass, JobType>();
  readonly #stored = new Map<string, { readonly type: JobType; readonly until: number }>();

  constructor(
    private readonly registry: HandlerRegistry,
    private readonly codec: PayloadCodec,
    private readonly database: Database,
  ) {}

  /**
   * A class need not be registered to be enqueued: a producer that runs no jobs has no handlers.
   * @throws HandlerNotFoundError, DefinitionError
   */
  async find(handler: HandlerClass | string): Promise<JobType> {
    if (typeof handler !== 'string') return this.#ofClass(handler);
    const local = this.registry.find(handler);
    return local ? this.#ofClass(local.handlerClass) : this.#ofName(handler);
  }

  #ofClass(handlerClass: HandlerClass): JobType {
    let type = this.#byClass.get(handlerClass);
    if (!type) this.#byClass.set(handlerClass, (type = typeOf(handlerDefinition(handlerClass), this.codec)));
    return type;
  }

  async #ofName(name: string): Promise<JobType> {
    const known = this.#stored.get(name);
    if (known && known.until > performance.now()) return known.type;
    const [row] = await this.database.run(findJobTypes, [[name]]);
    if (!row)
      throw new HandlerNotFoundError(
        name,
        this.registry.definitions.map((definition) => definition.name),
      );
    const type = typeOfRow(row);
    this.#stored.set(name, { type, until: performance.now() + CACHE_MS });
    return type;
  }
}

function typeOf(definition: HandlerDefinition, codec: PayloadCodec): JobType {
  const { name, queue, priority, retry, timeoutMs, keepMs, lock, unique, version } = definition;
  return {
    name,
    queue,
    priority,
    maxAttempts: retry.attempts,
    timeoutMs,
    keepMs,
    version,
    unique,
    encode: (payload) => codec.encode(definition, payload),
    lockKey: (payload) => lock?.render(payload) ?? null,
    uniqueKey: (payload) => unique?.key.render(payload) ?? null,
  };
}

/** Without the class only the shape of JSON is checked here; the worker validates all of it at claim. */
function typeOfRow(row: JobTypeRow): JobType {
  if (row.needsClass) {
    throw new PayloadError(row.name, [
      {
        path: '',
        message:
          'its lock or unique key is computed by a function of its class: enqueue it by the class, not by its name',
      },
    ]);
  }
  const lock = row.lockTemplate === null ? null : keySource(row.lockTemplate, '@Lock', row.name);
  const unique = row.uniqueTemplate === null ? null : keySource(row.uniqueTemplate, '@Unique', row.name);
  return {
    ...row,
    version: null,
    unique: row.uniqueScope
      ? {
          scope: row.uniqueScope as UniqueScope,
          periodMs: row.uniquePeriodMs,
          onConflict: row.uniqueOnConflict as OnConflict,
        }
      : null,
    encode: (payload) => {
      const json = payloadJson(row.name, payload);
      // Keys are rendered from the JSON form, as they are from an instance made of it where the class is loaded.
      return { json, payload: JSON.parse(json) as object };
    },
    lockKey: (payload) => lock?.render(payload) ?? null,
    uniqueKey: (payload) => unique?.render(payload) ?? null,
  };
}

/** A definition as it is registered for producers that do not load its class. */
export function jobTypeRow({
  name,
  version,
  queue,
  priority,
  retry,
  timeoutMs,
  keepMs,
  lock,
  unique,
}: HandlerDefinition): JobTypeRow {
  return {
    name,
    version,
    queue,
    priority,
    maxAttempts: retry.attempts,
    timeoutMs,
    keepMs,
    lockTemplate: lock?.template ?? null,
    uniqueTemplate: unique?.key.template ?? null,
    uniqueScope: unique?.scope ?? null,
    uniquePeriodMs: unique?.periodMs ?? null,
    uniqueOnConflict: unique?.onConflict ?? null,
    needsClass: lock?.template === null || unique?.key.template === null,
  };
}
