import { DuplicateJobError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import { arrayLiteral } from '../engine/new-job.js';
import type { Database } from '../repositories/database.js';
import { retryConflicts } from '../repositories/retry-conflicts.js';
import type { StatementRunner } from '../repositories/session.js';
import { runnerOf } from '../repositories/session.js';
import { findJobs } from '../repositories/sql/find-jobs.js';
import { holdJobId } from '../repositories/sql/hold-job-id.js';
import { replaceJob } from '../repositories/sql/replace-job.js';
import { withdrawJobs } from '../repositories/sql/withdraw-jobs.js';
import type { EnqueueBatcher } from './enqueue-batcher.js';
import type { EnqueueOptions } from './enqueue-options.js';

export interface JobWriterParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly batcher: EnqueueBatcher;
}

/** By the id of each job that was not inserted, the job that is there instead. */
type Existing = ReadonlyMap<string, string>;

/** Writes drafts where the caller wants them: in its transaction, with what others enqueue now, or in one of their own. */
export class JobWriter {
  constructor(private readonly parts: JobWriterParts) {}

  /** @throws DuplicateJobError */
  async write(drafts: readonly NewJob[], { manager, executor, id }: EnqueueOptions): Promise<Existing> {
    const { database, batcher } = this.parts;
    const insert = (on: StatementRunner): Promise<Existing> =>
      id === undefined ? this.#insert(on, drafts) : this.#insertOnce(on, drafts);
    if (manager) return insert(runnerOf(database, manager));
    if (executor) return insert(runnerOf(database, executor));
    const isOneStatement =
      id === undefined && drafts.length <= LIMITS.enqueueBatch && drafts.every(({ unique }) => !unique);
    if (!isOneStatement) return retryConflicts(() => database.transaction((tx) => insert(runnerOf(database, tx))));
    const [only] = drafts;
    if (drafts.length > 1 || !only) return insert(database);
    await batcher.add(only);
    return new Map();
  }

  /** Jobs with an id of the caller's, which may be there already: its first enqueue succeeded, and the answer was lost. */
  async #insertOnce(on: StatementRunner, drafts: readonly NewJob[]): Promise<Existing> {
    const ids = drafts.map(({ id }) => id);
    await on.run(holdJobId, [ids]);
    const known = new Set((await on.run(findJobs, [ids])).map(({ id }) => id));
    const existing = new Map([...known].map((id) => [id, id]));
    const unknown = drafts.filter(({ id }) => !known.has(id));
    return unknown.length === 0 ? existing : new Map([...existing, ...(await this.#insert(on, unknown))]);
  }

  async #insert(on: StatementRunner, drafts: readonly NewJob[]): Promise<Existing> {
    const holders = await this.parts.engine.enqueue(on, drafts, true);
    const refused = drafts.filter(({ id }) => holders.has(id));
    const rejected = refused.find(({ unique }) => unique?.onConflict === 'reject');
    if (rejected) await this.#reject(on, rejected, drafts, holders);
    for (const draft of refused)
      if (draft.unique?.onConflict === 'replace') await this.#replace(on, holders.get(draft.id) ?? '', draft);
    return holders;
  }

  /** The caller's transaction may go on; it shall find all of the call's jobs in it, or none. */
  async #reject(on: StatementRunner, draft: NewJob, drafts: readonly NewJob[], holders: Existing): Promise<never> {
    const inserted = drafts.map(({ id }) => id).filter((id) => !holders.has(id));
    if (inserted.length > 0) await on.run(withdrawJobs, [inserted]);
    throw new DuplicateJobError(draft.name, draft.unique?.key ?? '', holders.get(draft.id) ?? '');
  }

  /** A holder whose attempt runs keeps what it has. */
  async #replace(on: StatementRunner, holder: string, draft: NewJob): Promise<void> {
    const { payload, priority, lockKey, tags, runAt, delayMs, queue, maxAttempts, timeoutMs, keepMs } = draft;
    const due = [runAt, delayMs] as const;
    const settings = [queue, maxAttempts, timeoutMs, keepMs] as const;
    const replaced = await on.run(replaceJob, [
      holder, payload, priority, lockKey, arrayLiteral(tags), ...due, ...settings, draft.payloadVersion,
    ]); // prettier-ignore
    await this.parts.engine.release(on, replaced);
  }
}
