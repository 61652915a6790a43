import { JobFailedError, NotFoundError } from '../core/errors.js';
import type { Database } from '../repositories/database.js';
import { findJobs } from '../repositories/sql/find-jobs.js';
import { findOutcomes } from '../repositories/sql/find-outcomes.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Ended } from './end-waiter.js';
import { EndWaiter } from './end-waiter.js';

/** Looks at whether the jobs exist are dearer than those at whether they have ended, and can wait. */
const EXISTS_EVERY = 20;

/** Waits for the ends of jobs. */
export class OutcomeWaiter {
  readonly #waiter: EndWaiter<unknown>;
  #looks = 0;

  constructor(
    private readonly database: Database,
    telemetry: Telemetry,
  ) {
    this.#waiter = new EndWaiter(
      'job',
      (ids) => this.#look(ids),
      (ended) => telemetry.onIds(['job.complete', 'job.discard', 'job.cancel'], ended),
    );
  }

  /**
   * The result of a job.
   * @throws JobFailedError if it was discarded or cancelled, ResultTimeoutError, NotFoundError
   */
  result(id: string, timeoutMs: number | null): Promise<unknown> {
    return this.#waiter.wait(id, timeoutMs);
  }

  async #look(ids: readonly string[]): Promise<ReadonlyMap<string, Ended<unknown>>> {
    const ended = new Map<string, Ended<unknown>>();
    for (const { id, state, result, reason, errors } of await this.database.run(findOutcomes, [ids])) {
      const cause = errors?.at(-1);
      if (state === 'completed') ended.set(id, { value: result });
      else ended.set(id, new JobFailedError(id, state, reason ?? 'no reason was given', { cause }));
    }
    if (++this.#looks % EXISTS_EVERY === 0) await this.#addMissing(ids, ended);
    return ended;
  }

  async #addMissing(ids: readonly string[], ended: Map<string, Ended<unknown>>): Promise<void> {
    const open = ids.filter((id) => !ended.has(id));
    const found = new Set((await this.database.run(findJobs, [open])).map(({ id }) => id));
    for (const id of open) if (!found.has(id)) ended.set(id, new NotFoundError('job', id));
  }
}
