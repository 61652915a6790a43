import { ResultTimeoutError } from '../core/errors.js';
import { sqlFailure } from '../repositories/sql-errors.js';

type Settle<Value> = (outcome: Ended<Value> | Error) => void;

/** How something ended that was waited for: a value, or the error that waiting for it ends with. */
export type Ended<Value> = { readonly value: Value } | Error;

const POLL_MS = { first: 10, last: 500 };

/**
 * Waits for the ends of jobs or runs: one question for all that are awaited, asked often at first and then less, and at
 * once when a worker of this process says that one has ended. A database that is away is asked again.
 */
export class EndWaiter<Value> {
  readonly #waiting = new Map<string, Set<Settle<Value>>>();
  #timer: NodeJS.Timeout | null = null;
  #pause = POLL_MS.first;
  #unsubscribe: (() => void) | null = null;

  /**
   * @param look which of them have ended, and how
   * @param subscribe calls back with what ends in this process; only while something is awaited, because a busy worker
   * makes no events that nobody wants
   */
  constructor(
    private readonly kind: 'job' | 'run',
    private readonly look: (ids: readonly string[]) => Promise<ReadonlyMap<string, Ended<Value>>>,
    private readonly subscribe: (ended: (id: string) => void) => () => void,
  ) {}

  /** @throws ResultTimeoutError, and what `look` says */
  wait(id: string, timeoutMs: number | null): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settles = this.#waiting.get(id) ?? new Set();
      const settle: Settle<Value> = (outcome) => {
        clearTimeout(timer);
        settles.delete(settle);
        if (settles.size === 0) this.#forget(id);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome.value);
      };
      const giveUp = (waited: number): void => settle(new ResultTimeoutError(id, waited, this.kind));
      const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs, timeoutMs);
      this.#waiting.set(id, settles.add(settle));
      this.#unsubscribe ??= this.subscribe((ended) => this.#ended(ended));
      this.#pause = POLL_MS.first;
      this.#schedule(0);
    });
  }

  #ended(id: string): void {
    if (this.#waiting.has(id)) this.#schedule(0);
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
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
      for (const [id, outcome] of await this.look(ids)) this.#settle(id, outcome);
    } catch (error) {
      if (sqlFailure(error) !== 'connection') for (const id of ids) this.#settle(id, error as Error);
    }
    this.#pause = Math.min(this.#pause * 1.5, POLL_MS.last);
    if (this.#waiting.size > 0 && !this.#timer) this.#schedule(this.#pause);
  }

  #settle(id: string, outcome: Ended<Value> | Error): void {
    for (const settle of [...(this.#waiting.get(id) ?? [])]) settle(outcome);
  }
}
