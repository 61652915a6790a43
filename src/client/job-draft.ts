import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { DefinitionError } from '../core/errors.js';
import { isName, LIMITS, PRIORITY } from '../core/limits.js';
import type { NewJob, NewUniqueKey } from '../engine/new-job.js';
import { newId } from '../engine/new-id.js';
import { isStorable, storableKey } from '../registry/key-source.js';
import type { EncodedPayload } from '../registry/payload-codec.js';
import { storedVersion } from '../registry/payload-version.js';
import type { EnqueueOptions } from './enqueue-options.js';
import { storedId } from './job-id.js';
import type { JobType } from './job-type.js';
import { momentText } from './moment.js';

/** Options of one call, checked once for all the jobs of it. */
export interface JobSettings {
  readonly queue: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number | null;
  readonly keepMs: number | null;
  readonly tags: readonly string[];
  readonly delayMs: number | null;
  readonly runAt: string | null;
  readonly payloadVersion: number | null;
}

/**
 * Merges the options of a call with the settings of the job's class.
 * @throws DefinitionError `OPTION_INVALID` or `DURATION_INVALID`, naming the job and the option
 */
export function jobSettings(type: JobType, options: EnqueueOptions): JobSettings {
  const refuse = refuser(type);
  const { queue = type.queue, priority = type.priority, attempts = type.maxAttempts, tags = [] } = options;
  if (options.manager && options.executor)
    refuse('executor', 'was given together with manager; a job is written in one transaction');
  if (!isName(queue)) refuse('queue', `is ${JSON.stringify(queue)}; a queue is named like 'web' or 'mail.bulk'`);
  if (!Number.isInteger(priority) || priority < PRIORITY.first || priority > PRIORITY.last)
    refuse('priority', `must be an integer from 0 (first) to 9 (last)`);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > LIMITS.maxAttempts)
    refuse('attempts', `must be an integer from 1 to ${LIMITS.maxAttempts}`);
  if (!areTags(tags)) refuse('tags', `takes at most ${LIMITS.tags} texts of at most ${LIMITS.tagLength} characters`);
  return {
    queue,
    priority,
    maxAttempts: attempts,
    timeoutMs: periodOf(type, 'timeout', options.timeout, LIMITS.timeoutMs, refuse) ?? type.timeoutMs,
    keepMs: periodOf(type, 'keep', options.keep, LIMITS.keepMs, refuse) ?? type.keepMs,
    tags,
    payloadVersion: versionOf(type, options.version, refuse),
    ...dueOf(type, options, refuse),
  };
}

/** A job with that payload, ready to be inserted. */
export function draftJob(
  type: JobType,
  settings: JobSettings,
  encoded: EncodedPayload,
  options: EnqueueOptions,
): NewJob {
  // Field by field: spreading the settings would be a third of the time that a job of a large batch takes.
  return {
    id: idOf(type, options.id),
    name: type.name,
    queue: settings.queue,
    priority: settings.priority,
    payload: encoded.json,
    payloadVersion: settings.payloadVersion,
    maxAttempts: settings.maxAttempts,
    timeoutMs: settings.timeoutMs,
    keepMs: settings.keepMs,
    tags: settings.tags,
    delayMs: settings.delayMs,
    runAt: settings.runAt,
    lockKey: type.lockKey(encoded.payload),
    meta: null,
    owner: null,
    tenant: '',
    run: null,
    unique: uniqueOf(type, encoded.payload, options),
  };
}

type Refuse = (option: string, why: string) => never;

function refuser({ name }: JobType): Refuse {
  return (option, why) => {
    throw new DefinitionError('OPTION_INVALID', `Job "${name}" was not enqueued: option ${option} ${why}.`);
  };
}

function periodOf(
  { name }: JobType,
  option: string,
  duration: Duration | undefined,
  mostMs: number,
  refuse: Refuse,
): number | null {
  if (duration === undefined) return null;
  const value = milliseconds(duration, `Job "${name}", option ${option}`);
  if (value < 1) return refuse(option, 'must be at least 1 ms');
  return value <= mostMs ? value : refuse(option, `must be at most ${Math.floor(mostMs / 86_400_000)} days`);
}

function versionOf({ version }: JobType, given: number | undefined, refuse: Refuse): number | null {
  if (given === undefined) return storedVersion(version ?? 1);
  if (!Number.isInteger(given) || given < 1 || given > LIMITS.payloadVersion)
    return refuse('version', `must be an integer from 1 to ${LIMITS.payloadVersion}`);
  if (version !== null && given !== version)
    return refuse('version', `is ${given}, and the class is of version ${version}; enqueue another by the job's name`);
  return storedVersion(given);
}

function dueOf(
  type: JobType,
  { delay, runAt }: EnqueueOptions,
  refuse: Refuse,
): Pick<JobSettings, 'delayMs' | 'runAt'> {
  if (delay !== undefined && runAt !== undefined)
    return refuse('runAt', 'was given together with delay; give one of them');
  if (delay !== undefined) {
    const delayMs = milliseconds(delay, `Job "${type.name}", option delay`);
    return delayMs <= LIMITS.delayMs ? { delayMs, runAt: null } : refuse('delay', 'is longer than a year');
  }
  if (runAt === undefined) return { delayMs: null, runAt: null };
  const text = momentText(runAt);
  return text !== null ? { delayMs: null, runAt: text } : refuse('runAt', 'must be a valid Date, from year 0 to 9999');
}

export function areTags(tags: unknown): boolean {
  return (
    Array.isArray(tags) &&
    tags.length <= LIMITS.tags &&
    tags.every((tag) => typeof tag === 'string' && tag.length > 0 && tag.length <= LIMITS.tagLength && isStorable(tag))
  );
}

function idOf(type: JobType, id: string | undefined): string {
  if (id === undefined) return newId();
  return storedId(id) ?? refuser(type)('id', `must be a UUID, best a v7, not ${JSON.stringify(id)}`);
}

function uniqueOf(type: JobType, payload: object, { unique, onConflict }: EnqueueOptions): NewUniqueKey | null {
  if (unique) {
    const refuse = refuser(type);
    if (typeof unique.key !== 'string' || unique.key === '' || !isStorable(unique.key))
      refuse('unique', 'must have a key: a text that is not empty, without NUL and halves of surrogate pairs');
    const periodMs = periodOf(type, 'unique.for', unique.for, LIMITS.delayMs, refuse);
    const scope = periodMs === null ? (unique.while ?? 'unfinished') : 'period';
    const key = storableKey(unique.key);
    return { key, scope, periodMs, onConflict: onConflict ?? unique.onConflict ?? 'ignore' };
  }
  const key = type.uniqueKey(payload);
  return type.unique && key !== null ? { ...type.unique, key, onConflict: onConflict ?? type.unique.onConflict } : null;
}
