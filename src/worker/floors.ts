import { PRIORITY } from '../core/limits.js';
import type { ClaimedRow } from '../repositories/sql/claim-jobs.js';

const DROP_MS = 1_000;
const PRIORITIES = PRIORITY.last + 1;

/**
 * For each queue and priority, a position below which this worker has found nothing to claim. Starting there spares the
 * claim from walking again over the dead index entries of all that was claimed before, which nothing can remove while some
 * session holds an old snapshot. It is only a hint: dropped every second, and whenever a claim comes back short, so that
 * what appears below it (late commits, jobs handed back) waits a second at most.
 */
export class Floors {
  readonly #floors = new Map<string, bigint[]>();
  #droppedAt = -Infinity;

  /** Ten positions, by priority, as the claim takes them. */
  of(queue: string): string[] {
    return this.#of(queue).map(String);
  }

  /** To be called before each claim. */
  dropIfOld(now = performance.now()): void {
    if (now - this.#droppedAt < DROP_MS) return;
    this.#floors.clear();
    this.#droppedAt = now;
  }

  /** What was claimed of a queue lies below what is claimed next. */
  raise(rows: readonly ClaimedRow[]): void {
    for (const { queue, priority, seq } of rows) {
      const floors = this.#of(queue);
      const position = BigInt(seq);
      if (position > (floors[priority] ?? 0n)) floors[priority] = position;
    }
  }

  /** A job is known to have appeared there. */
  lower(queue: string, priority: number, seq: string): void {
    const floors = this.#of(queue);
    const position = BigInt(seq);
    if (position < (floors[priority] ?? 0n)) floors[priority] = position;
  }

  /** The queues did not give what was asked for: look everywhere the next time. */
  drop(): void {
    this.#floors.clear();
  }

  #of(queue: string): bigint[] {
    let floors = this.#floors.get(queue);
    if (!floors) this.#floors.set(queue, (floors = new Array<bigint>(PRIORITIES).fill(0n)));
    return floors;
  }
}
