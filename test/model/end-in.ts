import type { Way } from './handlers.js';
import { RETRY_DELAY_MS, SNOOZE_MS, TRANSACTIONAL } from './handlers.js';
import type { Model } from './model.js';
import type { StepEnd } from './model-run.js';
import { endSteps, sweep } from './run-in.js';
import type { ModelAttempt } from './model-attempt.js';
import type { ModelJob } from './model-job.js';
import { errorLine, waitingForNothing } from './model-job.js';

const MAX_ERRORS = 10;

/** What a worker makes of how its attempt went: the verb that it asks for. */
type Asked = 'complete' | 'retry' | 'discard' | 'snooze' | 'cancel' | 'interrupt';

interface Ending {
  readonly attempt: ModelAttempt;
  readonly asked: Asked;
  readonly way: Way;
}

/** @returns for each attempt the verb that counts, or `lost`; and the jobs that got a lock key by it */
export function endIn(
  model: Model,
  ways: ReadonlyMap<ModelAttempt, Way>,
): { readonly fates: ReadonlyMap<string, string>; readonly released: readonly ModelJob[] } {
  const fates = new Map<string, string>();
  const released: ModelJob[] = [];
  const endings = [...ways].map(([attempt, way]): Ending => ({ attempt, way, asked: asked(attempt, way) }));
  const store = (group: readonly Ending[]): void => {
    const ended = group.filter((ending) => {
      const job = model.owned(ending.attempt);
      const verb = job ? verbThatCounts(job, ending.asked) : 'lost';
      fates.set(ending.attempt.id, verb);
      if (job && verb !== 'lost') settle(model, job, verb, ending);
      if (ending.attempt.hasCheckpoints && (verb === 'complete' || verb === 'cancel')) model.forget(ending.attempt.job);
      return verb !== 'lost' && verb !== 'interrupt';
    });
    const keys = ended.flatMap(({ attempt }) => model.jobs.get(attempt.job) ?? []);
    released.push(...model.release(keys));
    endSteps(model, stepEnds(model, ended, fates));
  };
  // A transactional handler's completion is stored before the group that the others share.
  const early = endings.filter((ending) => storesItself(ending));
  for (const ending of early) store([ending]);
  const others = endings.filter((ending) => !early.includes(ending));
  store(others.filter(waits));
  store(others.filter((ending) => !waits(ending)));
  sweep(model);
  for (const { attempt } of endings) attempt.ended = true;
  return { fates, released };
}

function asked({ aborted, attempt, maxAttempts, suspension }: ModelAttempt, way: Way): Asked {
  if (way === 'interrupt') return 'interrupt';
  if (attempt > maxAttempts) return 'discard';
  if (aborted?.code === 'ATTEMPT_CANCELLED') return 'cancel';
  if (suspension) return 'snooze';
  if (aborted || way === 'throw') return attempt >= maxAttempts ? 'discard' : 'retry';
  return way === 'return' ? 'complete' : way;
}

/** Who waits for a signal is stored apart from the others, and before them. */
const waits = ({ attempt, asked }: Ending): boolean =>
  asked === 'snooze' && typeof attempt.suspension?.waitsFor === 'string';

const storesItself = ({ attempt, asked }: Ending): boolean => attempt.name === TRANSACTIONAL && asked === 'complete';

/** A job whose cancel was requested does not go back among those that wait. */
function verbThatCounts({ cancelRequestedAt }: ModelJob, asked: Asked): Asked {
  const goesBack = asked === 'retry' || asked === 'snooze' || asked === 'interrupt';
  return goesBack && cancelRequestedAt !== null ? 'cancel' : asked;
}

function settle(model: Model, job: ModelJob, verb: Asked, { attempt, way }: Ending): void {
  const errors = [...job.errors, errorOf(attempt, way)].slice(-MAX_ERRORS);
  switch (verb) {
    case 'complete':
      model.finish(job, 'completed', { result: { attempt: attempt.attempt } });
      if (job.name === TRANSACTIONAL) model.ledger.push({ job: job.id, token: attempt.token });
      return;
    case 'retry':
      return model.move(job, 'retryable', {
        errors,
        availableAt: null,
        runAt: model.now + RETRY_DELAY_MS * 2 ** (attempt.attempt - 1),
      });
    case 'discard':
      return model.finish(job, 'discarded', { errors, reason: messageOf(attempt, way) });
    case 'cancel':
      return model.finish(job, 'cancelled', { reason: job.cancelReason ?? 'its handler said so' });
    case 'snooze':
      return putOff(model, job, attempt);
    case 'interrupt':
      return model.move(job, 'available', { attempt: job.attempt - 1 });
  }
}

/** Until its time, or until what it waits for comes, which may have come since it looked. */
function putOff(model: Model, job: ModelJob, { suspension }: ModelAttempt): void {
  const { delayMs, reason, waitsFor } = suspension ?? { delayMs: SNOOZE_MS, reason: 'later', waitsFor: null };
  const meta = { ...waitingForNothing(job), snoozed: Number(job.meta?.['snoozed'] ?? 0) + 1, snoozeReason: reason };
  const hasCome = model.signalsOf(job.id).some(({ name, refused }) => name === waitsFor && !refused);
  model.move(job, 'scheduled', {
    attempt: job.attempt - 1,
    availableAt: null,
    meta: waitsFor === null ? meta : { ...meta, waitsFor },
    runAt: hasCome ? model.now : model.now + delayMs,
  });
}

const VERBS: readonly string[] = ['complete', 'retry', 'snooze', 'interrupt', 'discard', 'cancel'];

/** Of the jobs of runs those that are over: verb by verb, and of one verb the oldest job first; what was cancelled instead, last. */
function stepEnds(model: Model, ended: readonly Ending[], fates: ReadonlyMap<string, string>): StepEnd[] {
  const ids = [...model.jobs.keys()];
  const place = ({ attempt, asked }: Ending): number =>
    (fates.get(attempt.id) === asked ? VERBS.indexOf(asked) : VERBS.length) * ids.length + ids.indexOf(attempt.job);
  return ended
    .toSorted((a, b) => place(a) - place(b))
    .flatMap(({ attempt, asked, way }) => {
      const verb = fates.get(attempt.id);
      const { run, step, meta, result } = model.jobs.get(attempt.job) ?? {};
      if (!run || !step || (verb !== 'complete' && verb !== 'discard' && verb !== 'cancel')) return [];
      const code = verb === 'discard' && isSpent(attempt) ? 'ATTEMPTS_SPENT' : null;
      const reason =
        verb === 'complete' ? null : verb === 'discard' ? messageOf(attempt, way) : cancelReason(attempt, asked);
      return [{ run, step, undo: meta?.['undo'] === true, verb, result: result ?? null, reason, code }];
    });
}

function cancelReason({ aborted }: ModelAttempt, asked: Asked): string {
  if (asked !== 'cancel') return 'cancelled on request';
  return aborted?.reason ?? 'its handler said so';
}

const isSpent = ({ attempt, maxAttempts }: ModelAttempt): boolean => attempt > maxAttempts;

function errorOf(attempt: ModelAttempt, way: Way): string {
  const message = messageOf(attempt, way);
  if (isSpent(attempt))
    return errorLine({ name: 'AttemptsSpent', code: 'ATTEMPTS_SPENT', attempt: attempt.maxAttempts, message });
  return errorLine({ name: way === 'discard' ? 'Discard' : 'Error', attempt: attempt.attempt, message });
}

function messageOf(attempt: ModelAttempt, way: Way): string {
  if (isSpent(attempt))
    return `All ${attempt.maxAttempts} attempts are spent: the worker of the last one died, or hung past its deadline.`;
  return way === 'discard' ? 'hopeless' : 'it failed';
}
