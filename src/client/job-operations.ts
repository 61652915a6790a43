import type { EntityManager } from 'typeorm';
import { milliseconds, type Duration } from '../core/duration.js';
import { DefinitionError } from '../core/errors.js';
import type { JobState } from '../core/job-state.js';
import { TRANSITIONS } from '../core/job-state.js';
import { toJson, toStorableText } from '../core/json.js';
import { LIMITS } from '../core/limits.js';
import type { Engine } from '../engine/engine.js';
import { newId } from '../engine/new-id.js';
import type { RunListener } from '../engine/run-listener.js';
import type { Database } from '../repositories/database.js';
import { retryConflicts } from '../repositories/retry-conflicts.js';
import { runnerOf } from '../repositories/session.js';
import type { CancelledRow } from '../repositories/sql/cancel-jobs.js';
import { findJobs } from '../repositories/sql/find-jobs.js';
import { sendSignal } from '../repositories/sql/send-signal.js';
import { wakeJob } from '../repositories/sql/wake-job.js';
import type { Telemetry } from '../telemetry/events.js';
import { momentText } from './moment.js';

/** How many jobs are over now, and how many were told to stop. */
export type CancelOutcome = { readonly cancelled: number; readonly cancelling: number };

interface Cancellation {
  readonly rows: readonly CancelledRow[];
  readonly committed: () => void;
}

export type RescheduleOptions =
  { readonly delay: Duration; readonly runAt?: undefined } | { readonly runAt: Date; readonly delay?: undefined };

const MAX_REASON = 1_000;
const TRIES = 5;

/** What callers do to jobs by id. */
export class JobOperations {
  constructor(
    private readonly database: Database,
    private readonly engine: Engine,
    private readonly runs: RunListener,
    private readonly telemetry: Telemetry,
  ) {}

  async cancel(ids: readonly string[], reason = 'cancelled on request'): Promise<CancelOutcome> {
    const text = toStorableText(reason, MAX_REASON);
    let cancelled = 0;
    let cancelling = 0;
    await this.#untilSettled('cancel', ids, async (left) => {
      const { rows, committed } = await this.#transaction((manager) => this.#cancel(manager, left, text));
      committed();
      cancelled += rows.filter(({ outcome }) => outcome === 'cancelled').length;
      cancelling += rows.filter(({ outcome }) => outcome === 'requested').length;
      return rows.map(({ id }) => id);
    });
    return { cancelled, cancelling };
  }

  async #cancel(manager: EntityManager, ids: readonly string[], reason: string): Promise<Cancellation> {
    const tx = runnerOf(this.database, manager);
    const rows = await this.engine.requestCancel(tx, ids, reason);
    await this.engine.release(
      tx,
      rows.filter(({ outcome }) => outcome === 'cancelled'),
    );
    return { rows, committed: await this.runs.cancelled(tx, rows, reason) };
  }

  async redrive(ids: readonly string[]): Promise<{ readonly redriven: number }> {
    const on = this.database;
    const redriven = await retryConflicts(() => this.engine.redrive(on, ids));
    if (redriven.length > 0) this.telemetry.emit('job.enqueue', { ids: redriven, names: [] });
    return { redriven: redriven.length };
  }

  async reschedule(ids: readonly string[], due: RescheduleOptions): Promise<{ readonly rescheduled: number }> {
    const at = dueOf(due);
    let rescheduled = 0;
    await this.#untilSettled('reschedule', ids, async (left) => {
      const rows = await this.#transaction(async (manager) => {
        const tx = runnerOf(this.database, manager);
        const moved = await this.engine.reschedule(tx, left, at);
        await this.engine.release(tx, moved);
        return moved;
      });
      rescheduled += rows.length;
      return rows.map(({ id }) => id);
    });
    return { rescheduled };
  }

  /** @returns whether there is such a job, and it is not over */
  async signal(id: string, name: string, payload: object): Promise<boolean> {
    const json = toJson(payload, `The payload of signal "${name}"`, LIMITS.payloadBytes);
    let sent = false;
    await this.#untilSettled('cancel', [id], (ids) =>
      this.#transaction(async (manager) => {
        const tx = runnerOf(this.database, manager);
        const rows = await tx.run(sendSignal, [id, newId(), name, json]);
        if (rows.length === 0) return [];
        sent = true;
        await tx.run(wakeJob, [id, name, this.database.jobChannel]);
        return ids;
      }),
    );
    return sent;
  }

  #transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.database.transaction(work));
  }

  /** A job on its way from one table to another is in neither for a statement that began before: asked again, it is. */
  async #untilSettled(
    verb: 'cancel' | 'reschedule',
    ids: readonly string[],
    attempt: (left: readonly string[]) => Promise<readonly string[]>,
  ): Promise<void> {
    const from: readonly JobState[] = TRANSITIONS[verb].from;
    let left = ids;
    for (let tries = 0; tries < TRIES && left.length > 0; tries++) {
      const done = new Set(await attempt(left));
      left = left.filter((id) => !done.has(id));
      if (left.length === 0) return;
      const found = await this.database.run(findJobs, [left]);
      left = found.filter(({ state }) => from.includes(state)).map(({ id }) => id);
    }
  }
}

function dueOf({ delay, runAt }: RescheduleOptions): { runAt: string | null; delayMs: number | null } {
  if (runAt !== undefined) {
    const text = momentText(runAt);
    if (text !== null) return { runAt: text, delayMs: null };
    throw new DefinitionError('OPTION_INVALID', 'reschedule: runAt must be a valid Date, from year 0 to 9999.');
  }
  const delayMs = milliseconds(delay, 'reschedule: delay');
  if (delayMs > LIMITS.delayMs) throw new DefinitionError('OPTION_INVALID', 'reschedule: delay is longer than a year.');
  return { runAt: null, delayMs };
}
