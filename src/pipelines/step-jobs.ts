import { milliseconds } from '../core/duration.js';
import type { HandlerClass } from '../core/handler-class.js';
import type { Due } from '../engine/due.js';
import type { NewJob } from '../engine/new-job.js';
import { newId } from '../engine/new-id.js';
import type { HandlerDefinition } from '../registry/handler-definition.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { EncodedPayload } from '../registry/payload-codec.js';
import { storedVersion } from '../registry/payload-version.js';
import type { StoredUndo } from '../repositories/sql/begin-undos.js';
import type { StoredItem } from '../repositories/sql/take-backlog.js';
import type { StepDefinition } from './step-definition.js';

/** What the jobs of a run take from it. */
export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Of all its jobs; null: what their steps and handlers say. */
  readonly priority: number | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly tenant: string;
}

/** By which a worker knows whether it may run the jobs of a run: `name@version`. */
export function pipelineKey({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

const definitions = new WeakMap<HandlerClass, HandlerDefinition>();

/** A handler's definition; read once, because reading it checks it. */
export function definitionOf(handlerClass: HandlerClass): HandlerDefinition {
  let definition = definitions.get(handlerClass);
  if (!definition) definitions.set(handlerClass, (definition = handlerDefinition(handlerClass)));
  return definition;
}

type JobSettings = NonNullable<StoredUndo['job']>;

/**
 * A job of a step.
 *
 * It takes no unique key, whatever its handler says: a key that is taken would leave its run without the job that moves
 * it, and waiting for one would make all that a worker has to store wait for some caller's open transaction.
 * @throws PayloadError if the function of its lock key fails
 */
export function stepJob(run: RunFacts, step: StepDefinition, item: number | null, encoded: EncodedPayload): NewJob {
  const definition = definitionOf(step.handlerClass);
  const { queue, priority, timeout, attempts } = step.options;
  const settings = settingsOf(definition, encoded);
  const own = {
    queue: queue ?? settings.queue,
    priority: run.priority ?? priority ?? settings.priority,
    maxAttempts: attempts ?? settings.maxAttempts,
    timeoutMs: timeout === undefined ? settings.timeoutMs : milliseconds(timeout),
  };
  return jobOf(run, definition.name, { ...settings, ...own }, encoded.json, step.name, item, null);
}

/** The job of a sleep: due when that is over. */
export function sleepJob(run: RunFacts, step: StepDefinition, { ms, at }: Due): NewJob {
  return { ...stepJob(run, step, null, { json: '{}', payload: {} }), delayMs: ms, runAt: at };
}

/** The job that will undo a step or an item of it, to be stored until then. @throws PayloadError as `stepJob` */
export function storedUndo(definition: HandlerDefinition, encoded: EncodedPayload): StoredUndo {
  const settings = settingsOf(definition, encoded);
  return { name: definition.name, error: null, job: { ...settings, payload: JSON.parse(encoded.json) as unknown } };
}

/** A job to be stored until there is room for it. JSON text, like its payload. */
export function storedItem(job: NewJob): string {
  const { name, queue, priority, maxAttempts, timeoutMs, keepMs, lockKey, payloadVersion } = job;
  const settings = { name, queue, priority, maxAttempts, timeoutMs, keepMs, lockKey, payloadVersion };
  return `{"payload":${job.payload},${JSON.stringify(settings).slice(1)}`;
}

/** The stored job of an item, ready to be inserted. */
export function itemJob(run: RunFacts, step: string, item: number, { name, payload, ...settings }: StoredItem): NewJob {
  return jobOf(run, name, settings, JSON.stringify(payload), step, item, null);
}

/** The stored job, ready to be inserted. */
export function undoJob(run: RunFacts, step: string, item: number | null, name: string, settings: JobSettings): NewJob {
  const own = { ...settings, priority: run.priority ?? settings.priority };
  return jobOf(run, name, own, JSON.stringify(settings.payload), step, item, { undo: true });
}

function settingsOf(
  { queue, priority, retry, timeoutMs, keepMs, lock, version }: HandlerDefinition,
  { payload }: EncodedPayload,
): Omit<JobSettings, 'payload'> {
  const lockKey = lock?.render(payload) ?? null;
  const payloadVersion = storedVersion(version);
  return { queue, priority, maxAttempts: retry.attempts, timeoutMs, keepMs, lockKey, payloadVersion };
}

function jobOf(
  run: RunFacts,
  name: string,
  { queue, priority, maxAttempts, timeoutMs, keepMs, lockKey, payloadVersion }: Omit<JobSettings, 'payload'>,
  payload: string,
  step: string,
  item: number | null,
  meta: NewJob['meta'],
): NewJob {
  return {
    id: newId(),
    name,
    queue,
    priority,
    payload,
    payloadVersion,
    maxAttempts,
    timeoutMs,
    keepMs,
    lockKey,
    tags: run.tags,
    delayMs: null,
    runAt: null,
    meta,
    owner: run.owner,
    tenant: run.tenant,
    run: { id: run.id, pipeline: pipelineKey(run), step, item },
    unique: null,
  };
}
