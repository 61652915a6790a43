import { PRIORITY } from '../core/limits.js';
import type { ClaimRow } from '../repositories/sql/claim-jobs.js';
import type { ReleasedRow } from '../repositories/sql/pass-lock-keys.js';

const PRIORITIES = PRIORITY.last + 1;
const LOOK_EVERY_MS = 1_000;
/** A look behind may take one part in this many of the time. */
const BUDGET = 20;
/** A look this cheap makes the next one wider, one this dear makes it narrower. */
const CHEAP_MS = 5;
const DEAR_MS = 40;
const MS_PER_ROW = 0.05;
const NARROWEST = 1_000;
/** Beyond any sequence's reach, and still a whole number when it is added to one. */
const WIDEST = 2 ** 50;

/** Where a claim looks: from each queue's and priority's floor on, and in a slice of positions behind the floors. */
export interface ClaimRange {
  readonly floorsOf: (queue: string) => readonly number[];
  /** The slice; empty if both are equal. */
  readonly from: number;
  readonly to: number;
  /** Whether the claim looks everywhere. */
  readonly whole: boolean;
}

/**
 * For each queue and priority the position where the last full claim began. The next one starts there, which spares it the
 * walk over the dead index entries of all that was claimed before: nothing can remove them while some session holds an old
 * snapshot, and by then they are millions.
 *
 * What becomes available behind a floor (commits that come late, jobs handed back) is found by looking behind it, in
 * slices that adapt to what they cost: on a healthy table a slice is the whole range, and on one full of dead rows no look
 * ever stalls a claim. Slices alternate between the newest positions, where stragglers are likely, and a round through all.
 * Measured in docs/decisions/0001-storage.md.
 */
export class Floors {
  readonly #floors = new Map<string, number[]>();
  #highest = 0;
  #width = 20 * NARROWEST;
  #cursor = 0;
  #newest = true;
  #lookedAt = -Infinity;
  #cost = 0;

  /** @param idle the last claim found less than it asked for: looking is all there is to do */
  next(idle: boolean, now = performance.now()): ClaimRange {
    const floorsOf = (queue: string): readonly number[] => this.#of(queue);
    const rest = this.#cost < CHEAP_MS ? (idle ? 0 : LOOK_EVERY_MS) : Math.max(LOOK_EVERY_MS, BUDGET * this.#cost);
    if (this.#highest === 0) return { floorsOf, from: 0, to: 0, whole: true };
    if (now - this.#lookedAt < rest) return { floorsOf, from: 0, to: 0, whole: false };
    const from = this.#width > this.#highest ? 0 : this.#newest ? this.#highest - this.#width : this.#cursor;
    return { floorsOf, from, to: from + this.#width, whole: from === 0 && this.#width > this.#highest };
  }

  /** Learns from what a claim found and what it took. */
  learn(range: ClaimRange, rows: readonly ClaimRow[], full: boolean, tookMs: number, now = performance.now()): void {
    if (full) this.#raise(rows);
    if (range.to === range.from) return;
    this.#lookedAt = now;
    this.#cost = Math.max(0, tookMs - rows.length * MS_PER_ROW);
    if (!this.#newest) this.#cursor = range.to > this.#highest ? 0 : range.to;
    this.#newest = !this.#newest;
    if (this.#cost < CHEAP_MS) this.#width = Math.min(this.#width * 2, WIDEST);
    else if (this.#cost > DEAR_MS)
      this.#width = Math.max(NARROWEST, Math.floor(Math.min(this.#width, this.#highest) / 2));
  }

  /** Jobs are known to have become available there. */
  lower(rows: readonly ReleasedRow[]): void {
    for (const { queue, priority, seq } of rows) {
      const floors = this.#of(queue);
      floors[priority] = Math.min(floors[priority] ?? 0, Number(seq));
    }
  }

  /** To where the first of each priority was: what another worker holds at this moment may come back. */
  #raise(rows: readonly ClaimRow[]): void {
    const firsts = new Map<string, number[]>();
    for (const { queue, priority, seq } of rows) {
      const first = firsts.get(queue) ?? new Array<number>(PRIORITIES).fill(Infinity);
      first[priority] = Math.min(first[priority] ?? Infinity, Number(seq));
      firsts.set(queue, first);
    }
    for (const [queue, first] of firsts) {
      const floors = this.#of(queue);
      first.forEach((seq, priority) => {
        if (seq === Infinity) return;
        floors[priority] = seq;
        this.#highest = Math.max(this.#highest, seq);
      });
    }
  }

  #of(queue: string): number[] {
    let floors = this.#floors.get(queue);
    if (!floors) this.#floors.set(queue, (floors = new Array<number>(PRIORITIES).fill(0)));
    return floors;
  }
}
