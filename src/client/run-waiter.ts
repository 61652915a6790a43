import { NotFoundError, RunFailedError } from '../core/errors.js';
import type { RunError } from '../core/run-state.js';
import { isRunOver } from '../core/run-state.js';
import type { Database } from '../repositories/database.js';
import { findRunOutcomes } from '../repositories/sql/find-run-outcomes.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Ended } from './end-waiter.js';
import { EndWaiter } from './end-waiter.js';

/** Waits for the ends of runs. */
export class RunWaiter {
  readonly #waiter: EndWaiter<unknown>;

  constructor(
    private readonly database: Database,
    telemetry: Telemetry,
  ) {
    this.#waiter = new EndWaiter(
      'run',
      (ids) => this.#look(ids),
      (ended) => telemetry.onIds(['run.complete', 'run.fail', 'run.cancel'], ended),
    );
  }

  /**
   * The output of a run.
   * @throws RunFailedError if it failed or was cancelled, ResultTimeoutError, NotFoundError
   */
  output(id: string, timeoutMs: number | null): Promise<unknown> {
    return this.#waiter.wait(id, timeoutMs);
  }

  async #look(ids: readonly string[]): Promise<ReadonlyMap<string, Ended<unknown>>> {
    const runs = new Map((await this.database.run(findRunOutcomes, [ids])).map((run) => [run.id, run]));
    const ended = new Map<string, Ended<unknown>>();
    for (const id of ids) {
      const run = runs.get(id);
      if (!run) ended.set(id, new NotFoundError('run', id));
      else if (run.state === 'completed') ended.set(id, { value: run.output });
      else if (isRunOver(run.state))
        ended.set(id, new RunFailedError(id, run.state, reasonOf(run.error), run.error?.timedOut));
    }
    return ended;
  }
}

function reasonOf(error: RunError | null): string {
  if (!error) return 'no reason was given';
  const notes = (error.notUndone ?? []).map(({ step, item, message }) => {
    return `"${step}"${item === null ? '' : ` item ${item}`} (${message})`;
  });
  return notes.length === 0 ? error.message : `${error.message}. Not undone: ${notes.join(', ')}`;
}
