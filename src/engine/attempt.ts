import { AttemptAbortedError } from '../core/errors.js';
import type { Suspension } from '../core/steering.js';
import type { ClaimedRow } from '../repositories/sql/claim-jobs.js';
import type { HandlerDefinition } from '../registry/handler-definition.js';
import type { AttemptFacts, JobFacts } from '../telemetry/events.js';

type AbortCode = AttemptAbortedError['code'];

/**
 * One claim of one job by this worker, from the claim until its outcome is stored. The signal is made when somebody first
 * asks for it: most handlers are too quick to need one.
 */
export class Attempt {
  #controller: AbortController | null = null;
  #aborted: AttemptAbortedError | undefined;
  #onAbort: ((reason: AttemptAbortedError) => void) | null = null;
  /** Whether its handler has asked for checkpoints, so that there may be some. */
  hasCheckpoints = false;
  /** Set when it goes on later: it ends by that, whatever its handler makes of it. */
  suspension: Suspension | null = null;
  startedAt: number | null = null;
  endedAt: number | null = null;

  constructor(
    readonly row: ClaimedRow,
    readonly definition: HandlerDefinition,
    readonly workerId: string,
    readonly claimedAt: number,
    /** The payload, if this process has validated it before. */
    readonly payload: object | null = null,
  ) {}

  get id(): string {
    return this.row.id;
  }

  get token(): string {
    return this.row.token;
  }

  /** Why the attempt should stop, once it should. */
  get aborted(): AttemptAbortedError | undefined {
    return this.#aborted;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  /** Tells the handler to stop; the first reason stays. */
  abort(code: AbortCode, message: string): void {
    if (this.#aborted || this.endedAt !== null) return;
    this.#aborted = new AttemptAbortedError(code, message);
    this.#controller?.abort(this.#aborted);
    this.#onAbort?.(this.#aborted);
  }

  /** Calls back once at an abort, at once if it has happened. */
  onAbort(callback: (reason: AttemptAbortedError) => void): void {
    this.#onAbort = callback;
    if (this.#aborted) callback(this.#aborted);
  }

  facts(): JobFacts {
    const { id, name, queue, attempt, runId, step } = this.row;
    return { id, name, queue, attempt, runId, step, workerId: this.workerId };
  }

  attemptFacts(): AttemptFacts {
    const ended = this.endedAt ?? performance.now();
    return { ...this.facts(), waitMs: this.row.waitMs, runMs: this.startedAt === null ? 0 : ended - this.startedAt };
  }
}
