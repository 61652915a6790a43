import type { Draft } from './draft.js';
import type { Model } from './model.js';
import type { ModelJob } from './model-job.js';
import { NOWHERE, OF_NO_RUN, waitingForNothing } from './model-job.js';

interface Named {
  readonly id: string;
  readonly draft: Draft;
}

/** What the caller is told: of each job that was not added, the one that is there instead. */
export interface Enqueued {
  readonly rejected: boolean;
  readonly holders: readonly (readonly [string, string])[];
}

/** Adds jobs to the model: all, but for those whose unique key is taken; none, if one of those asks for that. */
export function enqueueIn(model: Model, drafts: readonly Named[], inCallersTransaction: boolean): Enqueued {
  const holders = new Map<string, string>();
  const added: Named[] = drafts.filter(({ draft }) => !draft.unique);
  const forgotten = forgetExpiredKeys(model, drafts);
  const taken: string[] = [];
  for (const named of drafts.filter(({ draft }) => draft.unique)) {
    const key = keyOf(model, named.draft);
    const holder = model.uniqueKeys.get(key)?.job;
    if (holder !== undefined) holders.set(named.id, holder);
    else {
      takeKey(model, named);
      taken.push(key);
      added.push(named);
    }
  }
  const rejected = drafts.find(({ id, draft }) => holders.has(id) && draft.unique?.onConflict === 'reject');
  if (rejected) {
    for (const key of taken) model.uniqueKeys.delete(key);
    // Their removal is rolled back with the rest, unless the transaction is the caller's, who goes on.
    if (!inCallersTransaction) for (const [key, row] of forgotten) model.uniqueKeys.set(key, row);
    return { rejected: true, holders: [['the job', holders.get(rejected.id) ?? '']] };
  }
  for (const named of added) add(model, named);
  for (const { id, draft } of drafts)
    if (holders.has(id) && draft.unique?.onConflict === 'replace') replace(model, holders.get(id) ?? '', draft);
  return { rejected: false, holders: [...holders].sort() };
}

const keyOf = (model: Model, { tenant, name, unique }: Draft): string =>
  model.uniqueKeyOf({ tenant, name, uniqueKey: unique?.key ?? null });

function forgetExpiredKeys(
  model: Model,
  drafts: readonly Named[],
): [string, NonNullable<ReturnType<Model['uniqueKeys']['get']>>][] {
  const wanted = new Set(drafts.filter(({ draft }) => draft.unique).map(({ draft }) => keyOf(model, draft)));
  const expired = [...model.uniqueKeys].filter(
    ([key, { expiresAt }]) => wanted.has(key) && expiresAt !== null && expiresAt <= model.now,
  );
  for (const [key] of expired) model.uniqueKeys.delete(key);
  return expired;
}

function takeKey(model: Model, { id, draft }: Named): void {
  const { tenant, name, unique } = draft;
  if (!unique) return;
  const expiresAt = unique.periodMs === null ? null : model.now + unique.periodMs;
  model.uniqueKeys.set(keyOf(model, draft), { tenant, name, key: unique.key, job: id, scope: unique.scope, expiresAt });
}

/** When it is due, if somebody said so. */
function dueAt(model: Model, { due }: Draft): number | null {
  return due === null ? null : model.now + ('delayMs' in due ? due.delayMs : due.runAt);
}

function add(model: Model, { id, draft }: Named): void {
  const { due: _, unique, ...same } = draft;
  const due = dueAt(model, draft);
  const later = due !== null && due > model.now;
  const job: ModelJob = {
    ...NOWHERE, ...OF_NO_RUN, ...same, id, uniqueKey: unique?.key ?? null, createdAt: model.now, seq: 0, attempt: 0, meta: null, errors: [],
    progress: null, progressMessage: null, state: later ? 'scheduled' : 'available', runAt: later ? due : null,
    availableAt: later ? null : model.now,
  }; // prettier-ignore
  model.jobs.set(id, job);
  model.queued.push({ job, group: `${job.state}${unique ? ', keyed' : ''}` });
}

/** A holder that has not started takes the newer job's payload and settings, and its time if it has one; it begins anew. */
function replace(model: Model, holder: string, draft: Draft): void {
  const job = model.jobs.get(holder);
  const waits = job?.state === 'pending' || job?.state === 'scheduled' || job?.state === 'retryable';
  if (!job || (!waits && job.state !== 'available')) return;
  const { payload, priority, tags, queue, timeoutMs, keepMs, lockKey } = draft;
  const before = { id: job.id, lockKey: job.lockKey };
  const maxAttempts = Math.max(draft.maxAttempts, job.attempt + 1);
  const meta = waitingForNothing(job);
  const suspended = job.state === 'scheduled' && isSuspended(model, job);
  Object.assign(job, { payload, priority, tags, queue, timeoutMs, keepMs, lockKey, maxAttempts, meta });
  model.forget(job.id);
  const due = dueAt(model, draft);
  if (due !== null) model.move(job, 'scheduled', { runAt: due, availableAt: waits ? job.availableAt : null });
  else if (suspended || (job.state === 'pending' && before.lockKey !== lockKey))
    model.move(job, 'scheduled', { runAt: model.now });
  if (!waits && (due !== null || before.lockKey !== lockKey)) model.release([before]);
}

/** Whether it sleeps, or waits for a signal that has not come. */
const isSuspended = (model: Model, { id }: ModelJob): boolean =>
  [...model.checkpoints.values()].some(
    ({ job, result, dueAt }) => job === id && result === null && (dueAt ?? 0) > model.now,
  );
