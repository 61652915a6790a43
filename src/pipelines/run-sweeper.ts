import type { Engine } from '../engine/engine.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { runnerOf } from '../repositories/session.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import { findBacklogs } from '../repositories/sql/find-backlogs.js';
import { findStoppedJobs } from '../repositories/sql/find-stopped-jobs.js';
import type { Telemetry } from '../telemetry/events.js';

export interface RunSweeperParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly telemetry: Telemetry;
  /** Tells runs of jobs that have been cancelled; what it returns is to be called after the commit. */
  readonly onCancelled: (
    tx: StatementRunner,
    jobs: readonly { readonly id: string; readonly runId: string | null }[],
  ) => Promise<() => void>;
  /** Cancels items of stopped runs that have not begun, so many; what is to be called after the commit, if there were any. */
  readonly cancelBacklog: (
    tx: StatementRunner,
    runIds: readonly string[],
    limit: number,
  ) => Promise<(() => void) | null>;
  /** Stops what these runs have begun. */
  readonly stopChildren: (runIds: readonly string[]) => Promise<void>;
}

const BATCH = 1_000;
const MAX_CONFLICTS = 10;
const TRIES = 5;
const PAUSE_MS = 100;

/**
 * Ends the jobs that stopped runs have left. In transactions of its own, after the one that stopped the run, so that locks
 * are always taken in one order: rows of jobs, lock keys, rows of runs. A process that dies between the two leaves jobs
 * that run in vain; each of them, when it ends, has the rest swept, and so has the leader's next look.
 */
export class RunSweeper {
  readonly #sweeping = new Map<string, Promise<void>>();

  constructor(private readonly parts: RunSweeperParts) {}

  /**
   * Resolves when no job of these runs and of their children waits or is available, no item of theirs is left to begin, and those
   * that run have been told. A job
   * that waits for a child with such jobs waits on.
   */
  async sweep(runIds: readonly string[]): Promise<void> {
    await Promise.all(runIds.flatMap((id) => this.#sweeping.get(id) ?? []));
    await this.#track(runIds, this.#sweep(runIds));
  }

  /** Sweeps without anybody waiting for it. A run that is being swept already gets no new jobs. */
  begin(runIds: Iterable<string>): void {
    const ids = [...runIds].filter((id) => !this.#sweeping.has(id));
    if (ids.length > 0) void this.#track(ids, this.#persist(ids));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#sweeping.size > 0) await Promise.all(this.#sweeping.values());
  }

  #track(ids: readonly string[], work: Promise<void>): Promise<void> {
    const over = work.catch(() => undefined).finally(() => ids.forEach((id) => this.#sweeping.delete(id)));
    for (const id of ids) this.#sweeping.set(id, over);
    return work;
  }

  async #sweep(runIds: readonly string[]): Promise<void> {
    await this.parts.stopChildren(runIds);
    await this.#dropBacklog(runIds);
    for (let conflicts = 0; ;) {
      // One that moves to another table after this look is missed by the cancel, and found by the next look.
      const found = await this.parts.database.run(findStoppedJobs, [runIds, BATCH]);
      if (found.length === 0) return;
      try {
        for (const [reason, ids] of idsByReason(found)) await this.#cancel(ids, reason);
      } catch (error) {
        // A worker that stores several of these jobs may hold one that is wanted here, and want one that is held here.
        if (sqlFailure(error) !== 'conflict' || ++conflicts === MAX_CONFLICTS) throw error;
      }
    }
  }

  async #dropBacklog(runIds: readonly string[]): Promise<void> {
    const { database, cancelBacklog } = this.parts;
    const behind = (await database.run(findBacklogs, [runIds])).map(({ runId }) => runId);
    for (let more = behind.length > 0; more;) {
      const committed = await database.transaction((manager) =>
        cancelBacklog(runnerOf(database, manager), behind, BATCH),
      );
      more = committed !== null;
      committed?.();
    }
  }

  async #persist(ids: readonly string[]): Promise<void> {
    for (let tries = 1, pause = PAUSE_MS; tries <= TRIES; tries++, pause *= 2) {
      try {
        return await this.#sweep(ids);
      } catch (error) {
        const retry = tries < TRIES ? { retryInMs: pause } : {};
        this.parts.telemetry.emit('error', { where: 'ending the jobs of stopped runs', error, ...retry });
        if (tries < TRIES) await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #cancel(ids: readonly string[], reason: string): Promise<void> {
    const { database, engine, onCancelled } = this.parts;
    const committed = await database.transaction(async (manager) => {
      const tx = runnerOf(database, manager);
      const rows = await engine.requestCancel(tx, ids, reason);
      const cancelled = rows.filter(({ outcome }) => outcome === 'cancelled');
      await engine.release(tx, cancelled);
      return onCancelled(tx, cancelled);
    });
    committed();
  }
}

function idsByReason(jobs: readonly { readonly id: string; readonly reason: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, reason } of jobs) {
    const group = groups.get(reason);
    if (group) group.push(id);
    else groups.set(reason, [id]);
  }
  return groups;
}
