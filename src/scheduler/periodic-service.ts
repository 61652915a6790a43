import type { Telemetry } from '../telemetry/events.js';

/** What a turn may say about the next one: milliseconds until it, if that is sooner than the interval. */
type Turn = () => Promise<number | void>;

/** Does one thing again and again. A turn that fails is told, and the next one comes all the same. */
export class PeriodicService {
  #timer: NodeJS.Timeout | null = null;
  #turning: Promise<void> | null = null;
  #running = false;

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

  /** Resolves when a turn under way is over. */
  async stop(): Promise<void> {
    this.#running = false;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#turning;
  }

  async #next(): Promise<void> {
    let wait = this.intervalMs;
    this.#turning = this.turn()
      .then((sooner) => {
        if (typeof sooner === 'number') wait = Math.max(0, Math.min(wait, sooner));
      })
      .catch((error: unknown) => this.telemetry.emit('error', { where: this.what, error, retryInMs: wait }));
    await this.#turning;
    if (!this.#running) return;
    this.#timer = setTimeout(() => void this.#next(), wait);
    this.#timer.unref();
  }
}
