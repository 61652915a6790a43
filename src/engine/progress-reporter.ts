import type { Session } from '../repositories/session.js';
import { reportProgress } from '../repositories/sql/report-progress.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Attempt } from './attempt.js';
import { byId } from './by-id.js';

interface Report {
  readonly attempt: Attempt;
  readonly fraction: number;
  readonly message: string | null;
}

const INTERVAL_MS = 500;

/** Writes the newest progress of all attempts together, at most twice a second: progress is cheap to report. */
export class ProgressReporter {
  readonly #newest = new Map<Attempt, Report>();
  #timer: NodeJS.Timeout | null = null;
  #lastWrite = -Infinity;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: Session,
    private readonly telemetry: Telemetry,
  ) {}

  report(attempt: Attempt, fraction: number, message: string | null): void {
    this.#newest.set(attempt, { attempt, fraction, message });
    if (this.#timer) return;
    const wait = Math.max(0, this.#lastWrite + INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => void this.flush(), wait);
    this.#timer.unref();
  }

  /** Until the last word of an attempt that completes is written: nobody else would write it; null if it is. */
  lastWord(attempt: Attempt): Promise<void> | null {
    return this.#newest.has(attempt) ? this.flush() : null;
  }

  /** Writes what has not been written; attempts that ask meanwhile share the next write. No failure of it fails a job. */
  flush(): Promise<void> {
    return (this.#writing = this.#writing.then(() => this.#write()));
  }

  async #write(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const reports = byId([...this.#newest.values()].filter(({ attempt }) => attempt.endedAt === null));
    this.#newest.clear();
    if (reports.length === 0) return;
    this.#lastWrite = performance.now();
    await this.session
      .run(reportProgress, [
        reports.map(({ attempt }) => attempt.id),
        reports.map(({ attempt }) => attempt.token),
        reports.map(({ fraction }) => fraction),
        reports.map(({ message }) => message),
      ])
      .catch((error: unknown) => this.telemetry.emit('error', { where: 'reporting progress', error }));
  }
}
