import type { Attempt } from '../engine/attempt.js';
import type { Session } from '../repositories/session.js';
import { checkAttempts } from '../repositories/sql/check-attempts.js';
import type { Telemetry } from '../telemetry/events.js';

const INTERVAL_MS = 1_000;

/** Asks the database, once a second and when a cancel is notified, which of the worker's attempts should stop. */
export class AttemptWatch {
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> | null = null;
  #wanted = false;

  constructor(
    private readonly session: Session,
    private readonly telemetry: Telemetry,
    private readonly held: () => readonly Attempt[],
    /** Called once a second, whatever is held. */
    private readonly onTick: () => void,
    /** Called when attempts have been told to stop. */
    private readonly onAbort: () => void,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.onTick();
      void this.check();
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#checking;
  }

  /** Looks now; if a look is under way it may have been too early, and is followed by another. */
  async check(): Promise<void> {
    this.#wanted = true;
    this.#checking ??= this.#checkWhileWanted().finally(() => (this.#checking = null));
    return this.#checking;
  }

  async #checkWhileWanted(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false;
      await this.#check();
    }
  }

  async #check(): Promise<void> {
    const attempts = this.held().filter(({ endedAt, aborted }) => endedAt === null && !aborted);
    if (attempts.length === 0) return;
    try {
      const rows = await this.session.run(checkAttempts, [
        attempts.map(({ id }) => id),
        attempts.map(({ token }) => token),
      ]);
      const stops = new Map(rows.map((row) => [`${row.id} ${row.token}`, row]));
      for (const attempt of attempts) {
        const stop = stops.get(`${attempt.id} ${attempt.token}`);
        if (!stop) continue;
        if (stop.lost) attempt.abort('LEASE_LOST', `Job ${attempt.id} belongs to another attempt now.`);
        else attempt.abort('ATTEMPT_CANCELLED', stop.reason ?? 'cancelled on request');
      }
      if (stops.size > 0) this.onAbort();
    } catch (error) {
      this.telemetry.emit('error', { where: 'watching attempts', error });
    }
  }
}
