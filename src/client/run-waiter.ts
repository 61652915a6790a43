import { NotFoundError, ResultTimeoutError, RunFailedError } from '../core/errors.js';
import type { RunError } from '../core/run-state.js';
import { isRunOver } from '../core/run-state.js';
import type { Database } from '../repositories/database.js';
import { findRunOutcomes } from '../repositories/sql/find-run-outcomes.js';
import type { Telemetry } from '../telemetry/events.js';

type Settle = (outcome: { readonly output: unknown } | Error) => void;

const POLL_MS = { first: 20, last: 500 };

/**
 * Waits for the ends of runs: one question for all that are awaited, asked often at first and then less; at once when a
 * worker of this process says that one has ended.
 */
export class RunWaiter {
  readonly #waiting = new Map<string, Set<Settle>>();
  #timer: NodeJS.Timeout | null = null;
  #pause = POLL_MS.first;

  constructor(
    private readonly database: Database,
    telemetry: Telemetry,
  ) {
    const ended = ({ id }: { readonly id: string }): void => {
      if (this.#waiting.has(id)) this.#schedule(0);
    };
    for (const name of ['run.complete', 'run.fail', 'run.cancel'] as const) telemetry.on(name, ended);
  }

  /**
   * The output of a run.
   * @throws RunFailedError if it failed or was cancelled, ResultTimeoutError, NotFoundError
   */
  output(id: string, timeoutMs: number | null): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settles = this.#waiting.get(id) ?? new Set();
      const settle: Settle = (outcome) => {
        clearTimeout(timer);
        settles.delete(settle);
        if (settles.size === 0) this.#waiting.delete(id);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome.output);
      };
      const timer =
        timeoutMs === null ? undefined : setTimeout(() => settle(new ResultTimeoutError(id, timeoutMs)), timeoutMs);
      this.#waiting.set(id, settles.add(settle));
      this.#pause = POLL_MS.first;
      this.#schedule(0);
    });
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
      const runs = new Map((await this.database.run(findRunOutcomes, [ids])).map((run) => [run.id, run]));
      for (const id of ids) {
        const run = runs.get(id);
        if (!run) this.#settle(id, new NotFoundError('run', id));
        else if (run.state === 'completed') this.#settle(id, run);
        else if (isRunOver(run.state)) this.#settle(id, new RunFailedError(id, run.state, reasonOf(run.error)));
      }
    } catch (error) {
      for (const id of ids) this.#settle(id, error as Error);
    }
    this.#pause = Math.min(this.#pause * 1.5, POLL_MS.last);
    if (this.#waiting.size > 0 && !this.#timer) this.#schedule(this.#pause);
  }

  #settle(id: string, outcome: Parameters<Settle>[0]): void {
    for (const settle of [...(this.#waiting.get(id) ?? [])]) settle(outcome);
  }
}

function reasonOf(error: RunError | null): string {
  if (!error) return 'no reason was given';
  const notes = (error.notUndone ?? []).map(({ step, item, message }) => {
    return `"${step}"${item === null ? '' : ` item ${item}`} (${message})`;
  });
  return notes.length === 0 ? error.message : `${error.message}. Not undone: ${notes.join(', ')}`;
}
