import type { Attempt } from '../engine/attempt.js';
import type { WorkerSettings } from './worker-options.js';

const RATE_WINDOW_MS = 20;
/** So many finished jobs tell a rate that has risen before the window is over. */
const ENOUGH_FINISHED = 32;
/** How much work is claimed ahead, as a share of a second at the present rate. */
const AHEAD_S = 0.2;
/** The share of all room that jobs may have which follow from others. */
const FOLLOWING = 0.75;

/**
 * The attempts that a worker holds: waiting for a slot, or in one. Says which may start, and how many more to claim: as
 * many as slots are free, and ahead of that what the worker gets done in a fifth of a second, so that quick jobs come in
 * batches of hundreds and slow ones are left to other workers.
 */
export class Slots {
  readonly #running = new Set<Attempt>();
  readonly #runningByQueue = new Map<string, number>();
  readonly #waitingByQueue = new Map<string, number>();
  /** Of those that wait, how many of each queue could not start if a slot were free: their queue is at its limit. */
  readonly #blockedByQueue = new Map<string, number>();
  #blocked = 0;
  #waiting: Attempt[] = [];
  /** Those that follow from other jobs and were not claimed. */
  readonly #following = new Set<Attempt>();
  #reserved = 0;
  #reservedNext = 0;
  #rate = 0;
  #finished = 0;
  #windowAt = performance.now();

  constructor(private readonly settings: Pick<WorkerSettings, 'concurrency' | 'queues' | 'prefetch'>) {}

  get running(): ReadonlySet<Attempt> {
    return this.#running;
  }

  get waiting(): readonly Attempt[] {
    return this.#waiting;
  }

  /** How many more to claim in all. */
  get room(): number {
    const { concurrency } = this.settings;
    return Math.max(0, concurrency + this.#ahead() - this.#taken);
  }

  /** Keeps room for jobs that are on their way. */
  reserve(count: number): void {
    this.#reserved += count;
  }

  get isExpecting(): boolean {
    return this.#reserved + this.#reservedNext > 0;
  }

  /** They have come, or will not. */
  unreserve(count: number): void {
    this.#reserved -= count;
  }

  /**
   * Keeps room for one job that follows from another. Such jobs have at most three quarters of all room: the rest is filled
   * by claims, in the order of the queues, so that long chains of jobs cannot keep more urgent ones waiting.
   */
  reserveNext(queue: string): boolean {
    const { concurrency, queues } = this.settings;
    const most = Math.floor((concurrency + this.#ahead()) * FOLLOWING);
    if (queues.get(queue) !== null || this.room === 0 || this.#following.size + this.#reservedNext >= most)
      return false;
    this.#reservedNext++;
    return true;
  }

  /** They have come, or will not. */
  unreserveNext(count: number): void {
    this.#reservedNext -= count;
  }

  get #taken(): number {
    return this.#running.size + this.#startable + this.#reserved + this.#reservedNext;
  }

  /** How many more to claim of one queue. */
  roomOf(queue: string): number {
    const limit = this.settings.queues.get(queue);
    if (limit === null || limit === undefined) return this.room;
    const held = (this.#runningByQueue.get(queue) ?? 0) + (this.#waitingByQueue.get(queue) ?? 0);
    return Math.max(0, Math.min(this.room, limit + Math.min(this.#ahead(), limit * 50) - held));
  }

  /**
   * Whether so little is left to do that the next batch should be claimed; and there is room for one that is worth a
   * statement, which there is not while jobs that follow from others are on their way.
   */
  get low(): boolean {
    const ahead = this.#ahead();
    return this.#startable <= ahead / 2 && this.room >= Math.max(1, Math.floor(ahead / 4));
  }

  /** @param follow whether they follow from other jobs */
  add(attempts: readonly Attempt[], follow = false): void {
    const now = performance.now();
    // A time without work tells nothing of how fast it gets done.
    if (this.#running.size + this.#waiting.length === 0 && now - this.#windowAt > RATE_WINDOW_MS)
      this.#beginWindow(now);
    for (const attempt of attempts) {
      this.#waiting.push(attempt);
      if (follow) this.#following.add(attempt);
      this.#count(attempt.row.queue, 1, 0);
    }
  }

  /** The next attempt that may start, now in its slot; undefined if there is none or no slot is free. */
  start(): Attempt | undefined {
    if (this.#running.size >= this.settings.concurrency) return undefined;
    const index = this.#waiting.findIndex(({ row }) => this.#mayStart(row.queue));
    if (index < 0) return undefined;
    const attempt = index === 0 ? this.#waiting.shift() : this.#waiting.splice(index, 1)[0];
    if (!attempt) return undefined;
    this.#count(attempt.row.queue, -1, 1);
    this.#running.add(attempt);
    return attempt;
  }

  finish(attempt: Attempt): void {
    if (!this.#running.delete(attempt)) return;
    this.#following.delete(attempt);
    this.#count(attempt.row.queue, 0, -1);
    this.#finished++;
  }

  /** Takes out waiting attempts, all or those that match. */
  takeWaiting(which: (attempt: Attempt) => boolean = () => true): Attempt[] {
    const taken = this.#waiting.filter(which);
    if (taken.length === 0) return taken;
    this.#waiting = this.#waiting.filter((attempt) => !which(attempt));
    for (const attempt of taken) {
      this.#following.delete(attempt);
      this.#count(attempt.row.queue, -1, 0);
    }
    return taken;
  }

  /** Those of a full queue must not keep the jobs of others from being claimed. */
  get #startable(): number {
    return this.#waiting.length - this.#blocked;
  }

  #mayStart(queue: string): boolean {
    const limit = this.settings.queues.get(queue);
    return limit === null || limit === undefined || (this.#runningByQueue.get(queue) ?? 0) < limit;
  }

  #count(queue: string, waiting: number, running: number): void {
    const nowWaiting = (this.#waitingByQueue.get(queue) ?? 0) + waiting;
    const nowRunning = (this.#runningByQueue.get(queue) ?? 0) + running;
    this.#waitingByQueue.set(queue, nowWaiting);
    this.#runningByQueue.set(queue, nowRunning);
    const limit = this.settings.queues.get(queue);
    if (limit === null || limit === undefined) return;
    const blocked = Math.max(0, nowWaiting - Math.max(0, limit - nowRunning));
    this.#blocked += blocked - (this.#blockedByQueue.get(queue) ?? 0);
    this.#blockedByQueue.set(queue, blocked);
  }

  #ahead(): number {
    const now = performance.now();
    const passed = Math.max(1, now - this.#windowAt);
    if (passed >= RATE_WINDOW_MS || this.#finished >= ENOUGH_FINISHED) {
      const current = (this.#finished * 1_000) / passed;
      this.#rate = current > this.#rate ? current : this.#rate * 0.5 + current * 0.5;
      this.#beginWindow(now);
    }
    return Math.min(this.settings.prefetch, Math.floor(this.#rate * AHEAD_S));
  }

  #beginWindow(now: number): void {
    this.#finished = 0;
    this.#windowAt = now;
  }
}
