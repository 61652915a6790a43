import type { ClaimedJob } from './layout.js';

const PRIORITIES = 10;
const FIXED_MS = 2000;
/** A look behind the tip may take at most one part in this many of the time. */
const BUDGET = 20;
/** A slice this cheap is made wider and may follow at once; one this dear is made narrower. */
const CHEAP_MS = 5;
const DEAR_MS = 50;
const NARROWEST = 1000;
const REST_MS = 100;
const END = Number.MAX_SAFE_INTEGER;

/** The part of the claim index that a probe walks: `floors[p] <= seq < ceilings[p]` for each priority. */
export interface Bounds {
  behind: boolean;
  floors: readonly number[];
  ceilings: readonly number[];
}

/** The whole index. */
export const UNBOUNDED: Bounds = {
  behind: false,
  floors: new Array<number>(PRIORITIES).fill(0),
  ceilings: new Array<number>(PRIORITIES).fill(END),
};

/** `fixed` goes back to the start every two seconds and after each short probe; `sliced` looks back in rationed slices. */
export type FloorRule = 'fixed' | 'sliced';

/**
 * Remembers, for one process and one queue, where the last claim of each priority began (its tip), so that the next probe
 * does not walk the dead index entries before it. Only a hint: what becomes claimable behind it (late commits, claims
 * rolled back) is found by looking behind the tip in slices of `seq`, in turn the newest slice and the next of a round
 * through all. Slices adapt their width to their cost, so that no look back ever stalls a claim, however many rows are dead.
 */
export class ClaimFloor {
  private tip = new Array<number>(PRIORITIES).fill(0);
  private droppedAt = performance.now();
  private behind = { at: -Infinity, cost: 0 };
  private width = 20 * NARROWEST;
  private cursor = 0;
  private newest = true;

  constructor(private readonly rule: FloorRule = 'sliced') {}

  /** Bounds of the next claim. */
  next(): Bounds {
    if (this.rule === 'fixed' && performance.now() - this.droppedAt >= FIXED_MS) this.drop();
    return { ...UNBOUNDED, floors: this.tip };
  }

  /** Bounds of a look behind the tip, if one is due; `short` says that the claim did not get what it asked for. */
  lookBehind(short: boolean): Bounds | undefined {
    const top = Math.max(...this.tip);
    if (top === 0) return undefined;
    if (this.rule === 'fixed') {
      if (!short) return undefined;
      this.drop();
      return this.next();
    }
    const rest = short && this.behind.cost < CHEAP_MS ? 0 : Math.max(REST_MS, BUDGET * this.behind.cost);
    if (performance.now() - this.behind.at < rest) return undefined;
    const from = this.newest ? Math.max(0, top - this.width) : this.cursor;
    return {
      behind: true,
      floors: new Array<number>(PRIORITIES).fill(from),
      ceilings: this.tip.map((seq) => Math.min(seq, from + this.width)),
    };
  }

  /** Learns from a probe's answer and from the milliseconds it took. */
  observe(bounds: Bounds, jobs: readonly ClaimedJob[], tookMs: number): void {
    if (bounds.behind) return this.learnCost(tookMs);
    const first = new Array<number>(PRIORITIES).fill(Infinity);
    for (const { priority, seq } of jobs) first[priority] = Math.min(first[priority]!, Number(seq));
    first.forEach((seq, priority) => {
      if (seq !== Infinity) this.tip[priority] = seq;
    });
  }

  private learnCost(cost: number): void {
    this.behind = { at: performance.now(), cost };
    if (!this.newest) {
      this.cursor += this.width;
      if (this.cursor > Math.max(...this.tip)) this.cursor = 0;
    }
    this.newest = !this.newest;
    if (cost < CHEAP_MS) this.width *= 2;
    if (cost > DEAR_MS) this.width = Math.max(NARROWEST, Math.floor(this.width / 2));
  }

  private drop(): void {
    this.tip = new Array<number>(PRIORITIES).fill(0);
    this.droppedAt = performance.now();
  }
}
