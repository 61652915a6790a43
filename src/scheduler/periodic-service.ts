import type { Telemetry } from '../telemetry/events.js';

/** What a turn may say about the next one: milliseconds until it, if that is sooner than the interval. */
type Turn = () => Promise<number | void>;

/** Between a turn and one that it is woken for. */
const REST_MS = 200;

/** Does one thing again and again. A turn that fails is told, and the next one comes all the same. */
export class PeriodicService {
  #timer: NodeJS.Timeout | null = null;
  #turning: Promise<void> | null = null;
  #running = false;
  #turnedAt = -Infinity;
  #woken = false;

  constructor(
    private readonly what: string,
    private readonly intervalMs: number,
    private readonly telemetry: Telemetry,
    private readonly turn: Turn,
  ) {}

  /** Resolves after the first turn. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#next();
  }

  /** There may be something to do: the next turn comes soon, however often this is called. */
  wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    if (this.#timer) this.#schedule(0);
  }

  /** Resolves when a turn under way is over. */
  async stop(): Promise<void> {
    this.#running = false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#turning;
  }

  async #next(): Promise<void> {
    this.#timer = null;
    this.#woken = false;
    this.#turnedAt = performance.now();
    let wait = this.intervalMs;
    this.#turning = this.turn()
      .then((sooner) => {
        if (typeof sooner === 'number') wait = Math.max(0, Math.min(wait, sooner));
      })
      .catch((error: unknown) => this.telemetry.emit('error', { where: this.what, error, retryInMs: wait }));
    await this.#turning;
    if (this.#running) this.#schedule(wait);
  }

  #schedule(waitMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    const rest = this.#turnedAt + REST_MS - performance.now();
    this.#timer = setTimeout(() => void this.#next(), this.#woken ? Math.max(0, rest) : waitMs);
    this.#timer.unref();
  }
}
