import type { ClaimRange } from '../../src/worker/floors.js';
import { QUEUES } from './draft.js';
import type { Model } from './model.js';
import type { ModelJob } from './model-job.js';

export const DEFAULT_TIMEOUT_MS = 60_000;
export const SLACK_MS = 1_000;

export interface Wanted {
  readonly worker: string;
  readonly limit: number;
  /** Of each queue. */
  readonly room: number;
  readonly names: readonly string[];
  /** Whether the worker knows the pipelines. */
  readonly pipelines: boolean;
  readonly range: ClaimRange;
}

/** What a claim takes in the model; which token it is given, the database says. */
export interface Taken {
  /** In the order in which the worker runs them. */
  readonly jobs: readonly ModelJob[];
  readonly parked: readonly ModelJob[];
  hold(token: number): void;
}

/** Takes jobs: the first priority first, and of that the first enqueued; those whose lock key is another's are parked. */
export function claimIn(model: Model, wanted: Wanted): Taken {
  const picked = candidates(model, wanted);
  const owners = new Map(
    [...new Set(picked.map(({ lockKey }) => lockKey))].map((key) => [key, ownerOf(model, key, picked)]),
  );
  const jobs = picked.filter(({ id, lockKey }) => lockKey === null || owners.get(lockKey) === id);
  const parked = picked.filter((job) => !jobs.includes(job));
  for (const { id, lockKey } of jobs) if (lockKey !== null) takeLock(model, lockKey, id);
  for (const job of parked) model.move(job, 'pending', {});
  jobs.sort((a, b) => (a.queue < b.queue ? -1 : a.queue > b.queue ? 1 : a.priority - b.priority || a.seq - b.seq));
  return { jobs, parked, hold: (token) => hold(model, wanted.worker, jobs, token) };
}

function candidates(model: Model, { worker, limit, room, names, pipelines, range }: Wanted): ModelJob[] {
  const row = model.workers.get(worker);
  if (!row || row.heartbeatAt + row.leaseMs <= model.now) return [];
  const reached = ({ queue, priority, seq }: ModelJob): boolean =>
    seq >= (range.floorsOf(queue)[priority] ?? 0) || (seq >= range.from && seq < range.to);
  const open = [...model.jobs.values()].filter(
    (job) => job.state === 'available' && names.includes(job.name) && (pipelines || job.run === null) && reached(job),
  );
  open.sort((a, b) => a.priority - b.priority || a.seq - b.seq);
  return QUEUES.flatMap((queue) => open.filter((job) => job.queue === queue).slice(0, room)).slice(0, limit);
}

/** Who has a lock key after this claim: who has it already, unless a lease has run out; else the first enqueued. */
function ownerOf(model: Model, key: string | null, picked: readonly ModelJob[]): string | null {
  if (key === null) return null;
  const lock = model.locks.get(key);
  if (lock && !(lock.expiresAt !== null && lock.expiresAt <= model.now)) return lock.job;
  const wanting = picked.filter(({ lockKey }) => lockKey === key).sort((a, b) => a.seq - b.seq);
  return wanting[0]?.id ?? null;
}

function takeLock(model: Model, key: string, job: string): void {
  model.locks.set(key, { key, job, holder: 'a worker', token: null, acquiredAt: model.now, expiresAt: null });
}

function hold(model: Model, worker: string, jobs: readonly ModelJob[], token: number): void {
  if (jobs.length === 0) return;
  for (const job of jobs) {
    const deadlineAt = model.now + (job.timeoutMs ?? DEFAULT_TIMEOUT_MS) + SLACK_MS;
    Object.assign(job, { state: 'running', attempt: job.attempt + 1, token, worker, claimedAt: model.now, deadlineAt });
    const key = model.uniqueKeyOf(job);
    const unique = model.uniqueKeys.get(key);
    if (unique?.job === job.id && unique.scope === 'queued') model.uniqueKeys.delete(key);
  }
  const deadlineAt = Math.min(...jobs.map((job) => job.deadlineAt ?? Infinity));
  model.claims.set(token, { token, worker, jobs: jobs.map(({ id }) => id), claimedAt: model.now, deadlineAt });
}
