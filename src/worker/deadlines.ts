import type { Attempt } from '../engine/attempt.js';

/** Aborts attempts at their timeouts, with one timer for all of them: set for the earliest, checked when it fires. */
export class Deadlines {
  readonly #due = new Map<Attempt, number>();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Infinity;

  add(attempt: Attempt): void {
    const at = performance.now() + attempt.row.timeoutMs;
    this.#due.set(attempt, at);
    if (at < this.#timerAt) this.#schedule(at);
  }

  remove(attempt: Attempt): void {
    this.#due.delete(attempt);
    if (this.#due.size === 0) this.stop();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = Infinity;
  }

  #schedule(at: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#check(), Math.max(0, at - performance.now()));
    this.#timer.unref();
  }

  #check(): void {
    this.stop();
    const now = performance.now();
    let next = Infinity;
    for (const [attempt, at] of this.#due) {
      if (at <= now + 1) {
        this.#due.delete(attempt);
        const { name, timeoutMs } = attempt.row;
        attempt.abort(
          'ATTEMPT_TIMEOUT',
          `The attempt of job "${name}" took longer than its timeout of ${timeoutMs} ms.`,
        );
      } else next = Math.min(next, at);
    }
    if (next < Infinity) this.#schedule(next);
  }
}
