import { JobFailedError, NotFoundError, ResultTimeoutError } from '../core/errors.js';
import type { FinalJobState } from '../core/job-state.js';
import type { Database } from '../repositories/database.js';
import { findJobs } from '../repositories/sql/find-jobs.js';
import { findOutcomes } from '../repositories/sql/find-outcomes.js';
import type { Telemetry } from '../telemetry/events.js';

interface Outcome {
  readonly state: FinalJobState;
  readonly result: unknown;
  readonly reason: string | null;
  readonly errors: readonly Record<string, unknown>[] | null;
}

const POLL_MS = { first: 10, last: 500 };
const EXISTS_EVERY = 20;

/**
 * Waits for the ends of jobs: one question for all that are awaited, asked often at first and then less; at once when a
 * worker of this process says that one has ended.
 */
export class OutcomeWaiter {
  readonly #waiting = new Map<string, ((outcome: Outcome | Error) => void)[]>();
  #timer: NodeJS.Timeout | null = null;
  #pause = POLL_MS.first;
  #polls = 0;

  constructor(
    private readonly database: Database,
    telemetry: Telemetry,
  ) {
    const ended = ({ id }: { readonly id: string }): void => {
      if (this.#waiting.has(id)) this.#schedule(0);
    };
    for (const name of ['job.complete', 'job.discard', 'job.cancel'] as const) telemetry.on(name, ended);
  }

  /**
   * The result of a job.
   * @throws JobFailedError if it was discarded or cancelled, ResultTimeoutError, NotFoundError
   */
  async result(id: string, timeoutMs: number | null): Promise<unknown> {
    const outcome = await this.#outcome(id, timeoutMs);
    if (outcome.state === 'completed') return outcome.result;
    throw new JobFailedError(id, outcome.state, outcome.reason ?? 'no reason was given', {
      cause: outcome.errors?.at(-1),
    });
  }

  #outcome(id: string, timeoutMs: number | null): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer =
        timeoutMs === null ? undefined : setTimeout(() => settle(new ResultTimeoutError(id, timeoutMs)), timeoutMs);
      const settle = (outcome: Outcome | Error): void => {
        clearTimeout(timer);
        const others = (this.#waiting.get(id) ?? []).filter((each) => each !== settle);
        if (others.length > 0) this.#waiting.set(id, others);
        else this.#waiting.delete(id);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), settle]);
      this.#pause = POLL_MS.first;
      this.#schedule(0);
    });
  }

  #schedule(wait: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), wait);
  }

  async #poll(): Promise<void> {
    this.#timer = null;
    const ids = [...this.#waiting.keys()];
    if (ids.length === 0) return;
    try {
      for (const { id, ...outcome } of await this.database.run(findOutcomes, [ids])) this.#settle(id, outcome);
      if (++this.#polls % EXISTS_EVERY === 0) await this.#settleMissing([...this.#waiting.keys()]);
    } catch (error) {
      for (const id of ids) this.#settle(id, error as Error);
    }
    this.#pause = Math.min(this.#pause * 1.5, POLL_MS.last);
    if (this.#waiting.size > 0 && !this.#timer) this.#schedule(this.#pause);
  }

  /** A job that is in no table now, and was in none of the last questions, will not come back. */
  async #settleMissing(ids: readonly string[]): Promise<void> {
    const found = new Set((await this.database.run(findJobs, [ids])).map(({ id }) => id));
    for (const id of ids) if (!found.has(id)) this.#settle(id, new NotFoundError('job', id));
  }

  #settle(id: string, outcome: Outcome | Error): void {
    for (const settle of this.#waiting.get(id) ?? []) settle(outcome);
  }
}
