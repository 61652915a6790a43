import type { Model, ModelClaim } from './model.js';
import type { ModelJob } from './model-job.js';
import { cancelSteps, sweep } from './run-in.js';
import { errorLine } from './model-job.js';

const LOST = 'The attempt ended without an answer: its worker died, or it hung past its deadline.';

interface Rescued {
  readonly job: string;
  readonly dead: boolean;
  readonly cancelled: boolean;
  readonly attempt: number;
}

/** One sweep in the model. @returns what was rescued, who got a lock key that nobody held, which workers were removed */
export function rescueIn(model: Model): {
  readonly rescued: readonly Rescued[];
  readonly freed: readonly ModelJob[];
  readonly buried: readonly string[];
} {
  const dead = new Set(
    [...model.workers.values()]
      .filter(({ heartbeatAt, leaseMs }) => heartbeatAt + leaseMs < model.now)
      .map(({ id }) => id),
  );
  const lapsed = [...model.claims.values()].filter(
    ({ worker, deadlineAt }) => dead.has(worker) || deadlineAt < model.now,
  );
  const rescued = lapsed.flatMap((claim) => rescueClaim(model, claim, dead.has(claim.worker)));
  const cancelled = rescued.filter((each) => each.cancelled).flatMap(({ job }) => model.jobs.get(job) ?? []);
  model.release(cancelled);
  cancelSteps(model, cancelled, 'cancelled on request');
  sweep(model);
  const freed = passStrandedKeys(model);
  const holding = new Set([...model.claims.values()].map(({ worker }) => worker));
  const buried = [...dead].filter((worker) => !holding.has(worker));
  for (const worker of buried) model.workers.delete(worker);
  return { rescued, freed, buried };
}

function rescueClaim(model: Model, claim: ModelClaim, dead: boolean): Rescued[] {
  const held = claim.jobs
    .flatMap((id) => model.jobs.get(id) ?? [])
    .filter((job) => job.state === 'running' && job.token === claim.token);
  const overdue = held.filter(({ deadlineAt }) => dead || (deadlineAt ?? Infinity) < model.now);
  const left = held.filter((job) => !overdue.includes(job));
  if (dead) model.claims.delete(claim.token);
  else claim.deadlineAt = Math.min(Infinity, ...left.map(({ deadlineAt }) => deadlineAt ?? Infinity));
  return overdue.map((job) => {
    const { id, attempt } = job;
    const cancelled = job.cancelRequestedAt !== null;
    const code = dead ? 'WORKER_LOST' : 'DEADLINE_PASSED';
    const error = errorLine({ name: 'AttemptLost', message: LOST, attempt, code });
    if (cancelled) model.finish(job, 'cancelled', { reason: job.cancelReason });
    else model.move(job, 'available', { errors: [...job.errors, error].slice(-10) });
    return { job: id, dead, cancelled, attempt };
  });
}

/** Keys for which jobs wait, and whose holder has let its lease run out. */
function passStrandedKeys(model: Model): ModelJob[] {
  const waiting = new Set(
    [...model.jobs.values()].filter(({ state }) => state === 'pending').map(({ lockKey }) => lockKey),
  );
  const stranded = [...model.locks.values()].filter(
    ({ key, expiresAt }) => waiting.has(key) && expiresAt !== null && expiresAt <= model.now,
  );
  return stranded.flatMap(({ key }) => model.passKey(key) ?? []);
}
