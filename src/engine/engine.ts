import type { Verb } from '../core/job-state.js';
import { LIMITS } from '../core/limits.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { cancelAttempts } from '../repositories/sql/cancel-attempts.js';
import type { CancelledRow } from '../repositories/sql/cancel-jobs.js';
import { cancelJobs } from '../repositories/sql/cancel-jobs.js';
import type { ClaimRow } from '../repositories/sql/claim-jobs.js';
import { claimJobs } from '../repositories/sql/claim-jobs.js';
import { completeJobs } from '../repositories/sql/complete-jobs.js';
import { discardJobs } from '../repositories/sql/discard-jobs.js';
import { enqueueJobs } from '../repositories/sql/enqueue-jobs.js';
import { holdLockKeys } from '../repositories/sql/hold-lock-keys.js';
import { interruptJobs } from '../repositories/sql/interrupt-jobs.js';
import type { ReleasedRow } from '../repositories/sql/pass-lock-keys.js';
import { passLockKeys } from '../repositories/sql/pass-lock-keys.js';
import { promoteJobs } from '../repositories/sql/promote-jobs.js';
import { pruneJobs } from '../repositories/sql/prune-jobs.js';
import { redriveJobs } from '../repositories/sql/redrive-jobs.js';
import type { RescuedRow } from '../repositories/sql/rescue-jobs.js';
import { rescueJobs } from '../repositories/sql/rescue-jobs.js';
import { rescheduleJobs } from '../repositories/sql/reschedule-jobs.js';
import { retryJobs } from '../repositories/sql/retry-jobs.js';
import type { SettledRow } from '../repositories/sql/settle.js';
import { snoozeJobs } from '../repositories/sql/snooze-jobs.js';
import { byId } from './by-id.js';
import type { Ending, EndingOf } from './ending.js';
import { enqueueUnique } from './enqueue-unique.js';
import type { NewJob } from './new-job.js';
import { enqueueParams } from './new-job.js';

/** What a worker asks for when it claims. */
export interface ClaimRequest {
  readonly workerId: string;
  readonly workerName: string;
  /** Names of jobs, `name@2` for a later version of their payloads, and `name@version` of pipelines, that this worker can run. */
  readonly names: readonly string[];
  readonly pipelines: readonly string[];
  readonly limit: number;
  /** In the order in which they are served. */
  readonly queues: readonly { readonly name: string; readonly room: number; readonly floors: readonly number[] }[];
  /** A slice of positions behind the floors, where to look as well. */
  readonly behind: { readonly from: number; readonly to: number };
  readonly defaultTimeoutMs: number;
  /** How long after its timeout an attempt counts as hung: it may have waited in the worker's buffer first. */
  readonly slackMs: number;
  /** Batches of earlier claims that this worker has finished altogether. */
  readonly emptied: readonly string[];
}

type Verbs = { [V in Verb]: unknown };

/**
 * Each verb of the state machine as a method: one statement, on whichever connection or transaction it is given. It
 * decides nothing about when; that is the business of the client, the worker and the scheduler.
 */
export class Engine implements Verbs {
  constructor(private readonly database: Database) {}

  /** @returns ids that were not inserted because their unique key is taken, with the job that holds it */
  async enqueue(on: StatementRunner, jobs: readonly NewJob[], notify: boolean): Promise<ReadonlyMap<string, string>> {
    const channel = notify ? this.database.jobChannel : null;
    const plain = jobs.filter(({ unique }) => !unique);
    const keyed = jobs.filter(({ unique }) => unique);
    for (const batch of batches(plain)) await on.run(enqueueJobs, enqueueParams(batch, channel));
    const holders = new Map<string, string>();
    for (const batch of batches(keyed)) {
      for (const [id, holder] of await enqueueUnique(on, batch, channel)) holders.set(id, holder);
    }
    return holders;
  }

  /** Passes on the lock keys of jobs that hold them no longer. Two statements: must be in a transaction. */
  async release(
    tx: StatementRunner,
    jobs: readonly { readonly id: string; readonly lockKey: string | null }[],
  ): Promise<readonly ReleasedRow[]> {
    const keyed = jobs.filter(({ lockKey }) => lockKey !== null);
    if (keyed.length === 0) return [];
    const held = await tx.run(holdLockKeys, [keyed.map(({ id }) => id), keyed.map(({ lockKey }) => lockKey ?? '')]);
    if (held.length === 0) return [];
    return this.passLockKeys(
      tx,
      held.map(({ key }) => key),
    );
  }

  /** The second half of `release`, for keys whose rows the transaction holds already. */
  passLockKeys(tx: StatementRunner, keys: readonly string[]): Promise<readonly ReleasedRow[]> {
    return tx.run(passLockKeys, [keys, this.database.jobChannel]);
  }

  async promote(
    on: StatementRunner,
    limit: number,
  ): Promise<{ readonly promoted: number; readonly nextMs: number | null }> {
    const [row] = await on.run(promoteJobs, [limit, this.database.jobChannel]);
    return row ?? { promoted: 0, nextMs: null };
  }

  /** @returns the claimed jobs, and how many were parked behind lock keys meanwhile */
  async claim(
    on: StatementRunner,
    request: ClaimRequest,
  ): Promise<{ readonly rows: readonly ClaimRow[]; readonly parked: number }> {
    const { queues } = request;
    const rows = await on.run(claimJobs, [
      request.workerId,
      request.workerName,
      request.names,
      request.limit,
      queues.map(({ name }) => name),
      queues.map(({ room }) => room),
      queues.flatMap(({ floors }) => floors),
      request.defaultTimeoutMs,
      request.emptied,
      request.slackMs,
      request.pipelines,
      request.behind.from,
      request.behind.to,
    ]);
    const claimed = rows.filter(({ id }) => id !== null);
    return { rows: claimed.sort(inTurn), parked: rows[0]?.parked ?? 0 };
  }

  /** Parking is part of the claim's statement: a job whose key is held must not be seen by the next claim. */
  readonly park = claimJobs;

  // The verbs that end attempts give back those of the endings that the database accepted.

  async complete(on: StatementRunner, endings: readonly EndingOf<'complete'>[]): Promise<readonly Ending[]> {
    const sorted = byId(endings);
    const results = `[${sorted.map(({ outcome }) => outcome.result).join()}]`;
    return accepted(sorted, await on.run(completeJobs, [...fences(sorted), results]));
  }

  async retry(on: StatementRunner, endings: readonly EndingOf<'retry'>[]): Promise<readonly Ending[]> {
    const sorted = byId(endings);
    const delays = sorted.map(({ outcome }) => outcome.delayMs);
    const errors = sorted.map(({ outcome }) => JSON.stringify(outcome.error));
    return accepted(sorted, await on.run(retryJobs, [...fences(sorted), delays, errors]));
  }

  async snooze(on: StatementRunner, endings: readonly EndingOf<'snooze'>[]): Promise<readonly Ending[]> {
    const sorted = byId(endings);
    const delays = sorted.map(({ outcome }) => outcome.delayMs);
    const reasons = sorted.map(({ outcome }) => outcome.reason);
    const signals = sorted.map(({ outcome }) => outcome.waitsFor);
    return accepted(sorted, await on.run(snoozeJobs, [...fences(sorted), delays, reasons, signals]));
  }

  async interrupt(on: StatementRunner, endings: readonly EndingOf<'interrupt'>[]): Promise<readonly Ending[]> {
    const sorted = byId(endings);
    return accepted(sorted, await on.run(interruptJobs, [...fences(sorted), this.database.jobChannel]));
  }

  async discard(on: StatementRunner, endings: readonly EndingOf<'discard'>[]): Promise<readonly Ending[]> {
    const sorted = byId(endings);
    const errors = sorted.map(({ outcome }) => JSON.stringify(outcome.error));
    return accepted(sorted, await on.run(discardJobs, [...fences(sorted), errors]));
  }

  /** Ends attempts that their own worker stopped; `requestCancel` is the door for everybody else. */
  async cancel(on: StatementRunner, endings: readonly Ending[]): Promise<readonly Ending[]> {
    const sorted = byId(endings);
    const reasons = sorted.map(({ outcome }) => (outcome.verb === 'cancel' ? outcome.reason : 'cancelled'));
    return accepted(sorted, await on.run(cancelAttempts, [...fences(sorted), reasons]));
  }

  /** @returns for each id that was found unfinished whether it is cancelled, or its worker was asked to stop */
  requestCancel(on: StatementRunner, ids: readonly string[], reason: string): Promise<readonly CancelledRow[]> {
    return on.run(cancelJobs, [ids, reason, this.database.cancelChannel]);
  }

  rescue(on: StatementRunner, limit: number): Promise<readonly RescuedRow[]> {
    const error = {
      name: 'AttemptLost',
      message: 'The attempt ended without an answer: its worker died, or it hung past its deadline.',
    };
    return on.run(rescueJobs, [limit, JSON.stringify(error), this.database.jobChannel]);
  }

  async redrive(on: StatementRunner, ids: readonly string[]): Promise<readonly string[]> {
    const rows = await on.run(redriveJobs, [ids, this.database.jobChannel]);
    return rows.map(({ id }) => id);
  }

  reschedule(
    on: StatementRunner,
    ids: readonly string[],
    due: { readonly runAt: string | null; readonly delayMs: number | null },
  ): Promise<readonly { readonly id: string; readonly lockKey: string | null }[]> {
    return on.run(rescheduleJobs, [ids, due.runAt, due.delayMs]);
  }

  async prune(
    on: StatementRunner,
    limit: number,
  ): Promise<{ readonly jobs: number; readonly keys: number; readonly locks: number; readonly runs: number }> {
    const [row] = await on.run(pruneJobs, [limit]);
    return row ?? { jobs: 0, keys: 0, locks: 0, runs: 0 };
  }
}

/** The order in which a worker runs what it has claimed. */
function inTurn(a: ClaimRow, b: ClaimRow): number {
  if (a.queue !== b.queue) return a.queue < b.queue ? -1 : 1;
  return a.priority - b.priority || Number(a.seq) - Number(b.seq);
}

/** Told by id and token, for a job may be in a batch twice. */
function accepted(endings: readonly Ending[], [row]: readonly SettledRow[]): readonly Ending[] {
  if (!row?.accepted) return endings;
  const those = new Set(row.accepted);
  return endings.filter(({ attempt }) => those.has(`${attempt.id} ${attempt.token}`));
}

function fences(endings: readonly Ending[]): [ids: readonly string[], tokens: readonly string[]] {
  return [endings.map(({ attempt }) => attempt.id), endings.map(({ attempt }) => attempt.token)];
}

function batches<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += LIMITS.enqueueBatch) result.push(items.slice(at, at + LIMITS.enqueueBatch));
  return result;
}
