import type { FinalJobState } from '../../src/core/job-state.js';
import { isFinal } from '../../src/core/job-state.js';
import { PRIORITY } from '../../src/core/limits.js';
import type { ModelAttempt } from './model-attempt.js';
import type { ModelCheckpoint, ModelSignal } from './model-checkpoint.js';
import { type ModelJob, NOWHERE } from './model-job.js';
import type { ModelRun, ModelStep } from './model-run.js';

export interface ModelLock {
  readonly key: string;
  job: string | null;
  holder: string;
  /** Of a holder of `Locks` only; that of a job is with the job. */
  token: number | null;
  acquiredAt: number;
  expiresAt: number | null;
}

export interface ModelUniqueKey {
  readonly tenant: string;
  readonly name: string;
  readonly key: string;
  readonly job: string;
  readonly scope: 'queued' | 'unfinished' | 'period';
  readonly expiresAt: number | null;
}

export interface ModelClaim {
  readonly token: number;
  readonly worker: string;
  readonly jobs: readonly string[];
  readonly claimedAt: number;
  deadlineAt: number;
}

export interface ModelWorker {
  readonly id: string;
  readonly leaseMs: number;
  heartbeatAt: number;
  blockedMs: number;
  draining: boolean;
}

/** A lock of `Locks` as its holder remembers it. */
export interface ModelHolder {
  readonly id: string;
  readonly key: string;
  readonly token: number;
  readonly ttlMs: number;
  /** Whether the holder has been told that the lock is lost. */
  lost: boolean;
}

/** Retention of jobs that name none, and of runs. */
export const WEEK_MS = 7 * 86_400_000;

/**
 * What the tables should hold, as plain data, and what the verbs have in common. Times are milliseconds since the test
 * began, by the clock of the database, which stands still unless a command moves it.
 */
export class Model {
  now = 0;
  readonly jobs = new Map<string, ModelJob>();
  readonly locks = new Map<string, ModelLock>();
  readonly uniqueKeys = new Map<string, ModelUniqueKey>();
  readonly claims = new Map<number, ModelClaim>();
  readonly workers = new Map<string, ModelWorker>();
  readonly checkpoints = new Map<string, ModelCheckpoint>();
  readonly signals = new Map<string, ModelSignal>();
  readonly runs = new Map<string, ModelRun>();
  readonly steps = new Map<string, ModelStep>();
  /** Up to which job checkpoints have been looked through; null: begins anew. */
  tidiedUpTo: string | null = null;
  /** What transactional handlers have written: the token of each attempt that completed a job. */
  readonly ledger: { readonly job: string; readonly token: number }[] = [];
  /** Every claim there has ever been. */
  readonly attempts: ModelAttempt[] = [];
  /** Every holder of `Locks` that has not let go. */
  readonly holders: ModelHolder[] = [];
  /** Jobs that go to the end of their queue by this command: those of one group in this order. */
  readonly queued: { readonly job: ModelJob; readonly group: string }[] = [];
  lastSeq = 0;
  lastToken = 0;
  readonly #floors = new Map<string, number[]>();
  #jobs = 0;
  #workers = 0;
  #holders = 0;
  #signals = 0;
  #runs = 0;

  nextJobId = (): string => `j${++this.#jobs}`;
  nextWorkerId = (): string => `w${++this.#workers}`;
  nextHolderId = (): string => `l${++this.#holders}`;
  nextRunId = (): string => `r${++this.#runs}`;
  nextSignal = (): number => ++this.#signals;

  /** The job that an attempt still owns, if it does: its token is the newest. */
  owned({ job: id, token }: ModelAttempt): ModelJob | null {
    const job = this.jobs.get(id);
    return job?.state === 'running' && job.token === token ? job : null;
  }

  uniqueKeyOf({ tenant, name, uniqueKey }: Pick<ModelJob, 'tenant' | 'name' | 'uniqueKey'>): string {
    return `${tenant}/${name}/${uniqueKey}`;
  }

  /** A job enters a state of another table, or leaves the marks of a claim behind. */
  move(job: ModelJob, state: ModelJob['state'], changes: Partial<ModelJob>): void {
    Object.assign(job, NOWHERE, { state }, changes);
  }

  /** A job is over: retention begins, and its unique key is free unless it is taken for a period. */
  finish(job: ModelJob, state: FinalJobState, changes: Partial<ModelJob>): void {
    const { token, worker, claimedAt } = job;
    const attempt = state === 'completed' ? job.attempt : Math.min(job.attempt, job.maxAttempts);
    const pruneAt = this.now + (job.keepMs ?? WEEK_MS);
    this.move(job, state, { token, worker, claimedAt, attempt, finishedAt: this.now, pruneAt, ...changes });
    const key = this.uniqueKeyOf(job);
    const taken = this.uniqueKeys.get(key);
    if (taken?.job === job.id && taken.scope !== 'period') this.uniqueKeys.delete(key);
  }

  /** Keys that these jobs hold go to whoever was enqueued first of those that wait. */
  release(jobs: readonly { readonly id: string; readonly lockKey: string | null }[]): ModelJob[] {
    const ids = new Set(jobs.map(({ id }) => id));
    const keys = new Set(jobs.map(({ lockKey }) => lockKey));
    const held = [...this.locks.values()].filter(({ key, job }) => keys.has(key) && job !== null && ids.has(job));
    return held.flatMap(({ key }) => this.passKey(key) ?? []);
  }

  passKey(key: string): ModelJob | null {
    const lock = this.locks.get(key);
    const next = this.waitersOf(key)[0];
    if (!next) this.locks.delete(key);
    if (!next || !lock) return null;
    this.move(next, 'available', { availableAt: this.now });
    Object.assign(lock, { job: next.id, holder: '', token: null, expiresAt: null });
    return next;
  }

  /** The jobs that are parked behind a lock key, the first enqueued first. */
  waitersOf(key: string): ModelJob[] {
    const waiters = [...this.jobs.values()].filter(({ state, lockKey }) => state === 'pending' && lockKey === key);
    return waiters.sort((a, b) => a.seq - b.seq);
  }

  /** What was sent to a job and is there still, the oldest first. */
  signalsOf(job: string): ModelSignal[] {
    return [...this.signals.values()].filter((signal) => signal.job === job);
  }

  /** What handlers recorded on the way to the end of a job, and signals that nobody took. */
  forget(job: string): void {
    for (const [key, checkpoint] of this.checkpoints) if (checkpoint.job === job) this.checkpoints.delete(key);
    for (const { id } of this.signalsOf(job)) this.signals.delete(id);
  }

  run(id: string): ModelRun {
    const run = this.runs.get(id);
    if (!run) throw new Error(`there is no run ${id}`);
    return run;
  }

  step(run: string, name: string): ModelStep | undefined {
    return this.steps.get(`${run}.${name}`);
  }

  stepsOf(run: string): ModelStep[] {
    return [...this.steps.values()].filter((step) => step.run === run);
  }

  /** The highest that a worker's floors may be: where its last full claim began, or a job was released since. */
  floorsOf(worker: string, queue: string): number[] {
    const name = `${worker} ${queue}`;
    let floors = this.#floors.get(name);
    if (!floors) this.#floors.set(name, (floors = new Array<number>(PRIORITY.last + 1).fill(0)));
    return floors;
  }

  raiseFloors(worker: string, claimed: readonly ModelJob[]): void {
    const firsts = new Map<string, ModelJob>();
    for (const job of claimed) {
      const place = `${job.queue} ${job.priority}`;
      if (job.seq < (firsts.get(place)?.seq ?? Infinity)) firsts.set(place, job);
    }
    for (const { queue, priority, seq } of firsts.values()) this.floorsOf(worker, queue)[priority] = seq;
  }

  lowerFloors(worker: string, released: readonly ModelJob[]): void {
    for (const { queue, priority, seq } of released) {
      const floors = this.floorsOf(worker, queue);
      floors[priority] = Math.min(floors[priority] ?? 0, seq);
    }
  }

  /** Moments at which something may change by itself, soonest first. */
  moments(): number[] {
    const moments = [
      ...[...this.jobs.values()].flatMap(({ runAt, deadlineAt, pruneAt }) => [runAt, deadlineAt, pruneAt]),
      ...[...this.locks.values()].map(({ expiresAt }) => expiresAt),
      ...[...this.checkpoints.values()].map(({ dueAt }) => dueAt),
      ...[...this.uniqueKeys.values()].map(({ expiresAt }) => expiresAt),
      ...[...this.runs.values()].flatMap(({ deadlineAt, pruneAt }) => [deadlineAt, pruneAt]),
      ...[...this.workers.values()].map(({ heartbeatAt, leaseMs }) => heartbeatAt + leaseMs),
    ].filter((moment) => moment !== null && moment >= this.now && moment < Infinity);
    return [...new Set(moments as number[])].sort((a, b) => a - b);
  }

  unfinished(): ModelJob[] {
    return [...this.jobs.values()].filter(({ state }) => !isFinal(state));
  }
}
