import { validate as isUuid } from 'uuid';
import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { DefinitionError } from '../core/errors.js';
import type { Priority } from '../core/limits.js';
import { LIMITS, PRIORITY } from '../core/limits.js';
import { newId } from '../engine/new-id.js';
import type { RunLimits } from '../pipelines/run-starter.js';
import type { RunFacts } from '../pipelines/step-jobs.js';
import { isStorable, storableKey } from '../registry/key-source.js';
import type { TransactionOptions } from './enqueue-options.js';
import { areTags } from './job-draft.js';

/** What may be said of one run when it is started. */
export interface StartOptions extends TransactionOptions {
  /** Of all its jobs: 0 is claimed before 1, 9 last. Default: what each step says, else its handler. */
  readonly priority?: Priority;
  /** Of all its jobs. At most 20, of at most 100 characters. */
  readonly tags?: readonly string[];
  /** A UUID v7 of your own, to start again after an answer that did not arrive: a run of that id is started once. */
  readonly id?: string;
  /**
   * How long the run may take, by the clock of the database. If it is not over by then it fails, as if a step had: what it
   * has left is cancelled, and what was completed is undone. Default: for as long as it takes.
   */
  readonly timeout?: Duration;
  /**
   * Of the runs of a pipeline that are not over, one has this key: a second start of it answers with that run (`existing`),
   * and starts nothing. A start waits for another of the same key whose transaction is open.
   */
  readonly unique?: string;
}

/** Options of one start, checked. */
export interface StartSettings {
  readonly facts: Omit<RunFacts, 'name' | 'version'>;
  readonly limits: RunLimits;
}

/** @throws DefinitionError `OPTION_INVALID` or `DURATION_INVALID`, naming the pipeline and the option */
export function startSettings(name: string, options: StartOptions): StartSettings {
  const { manager, executor, priority, tags = [], id = newId() } = options;
  if (manager && executor)
    refuseStart(name, 'executor', 'was given together with manager; a run is written in one transaction');
  if (
    priority !== undefined &&
    !(Number.isInteger(priority) && priority >= PRIORITY.first && priority <= PRIORITY.last)
  )
    refuseStart(name, 'priority', 'must be an integer from 0 (first) to 9 (last)');
  if (!areTags(tags))
    refuseStart(name, 'tags', `takes at most ${LIMITS.tags} texts of at most ${LIMITS.tagLength} characters`);
  if (!isUuid(id)) refuseStart(name, 'id', `must be a UUID, best a v7, not ${JSON.stringify(id)}`);
  return {
    facts: { id: id.toLowerCase(), priority: priority ?? null, tags, owner: null, tenant: '' },
    limits: { timeoutMs: timeoutOf(name, options.timeout), uniqueKey: uniqueKeyOf(name, options.unique) },
  };
}

export function refuseStart(name: string, option: string, why: string): never {
  throw new DefinitionError('OPTION_INVALID', `No run of pipeline "${name}" was started: option ${option} ${why}.`);
}

function timeoutOf(name: string, timeout: Duration | undefined): number | null {
  if (timeout === undefined) return null;
  const value = milliseconds(timeout, `Pipeline "${name}", option timeout`);
  if (value < 1 || value > LIMITS.delayMs) refuseStart(name, 'timeout', 'must be from 1 ms to 366 days');
  return value;
}

function uniqueKeyOf(name: string, key: unknown): string | null {
  if (key === undefined) return null;
  if (typeof key !== 'string' || key === '' || !isStorable(key))
    return refuseStart(
      name,
      'unique',
      'must be a text of one character or more, without NUL and halves of surrogate pairs',
    );
  return storableKey(key);
}
