import { isFinal } from '../../src/core/job-state.js';
import { isRunOver } from '../../src/core/run-state.js';
import type { Model } from './model.js';

/**
 * What must hold at any moment, whatever the verbs do: a mistake that model and engine share would show here. The model
 * is asked, which the database has just been found equal to.
 */
export function violations(model: Model): string[] {
  return [
    ...jobViolations(model),
    ...lockViolations(model),
    ...uniqueViolations(model),
    ...claimViolations(model),
    ...runViolations(model),
  ];
}

function jobViolations({ jobs, claims, locks, ledger }: Model): string[] {
  return [...jobs.values()].flatMap((job) => {
    const found: string[] = [];
    const say = (what: string): void => void found.push(`invariant: job ${job.id} ${what}`);
    const lock = job.lockKey === null ? null : locks.get(job.lockKey);
    if (job.state === 'running') {
      if (!claims.get(job.token ?? 0)?.jobs.includes(job.id)) say('runs, and no claim leads the rescue to it');
      if (lock === undefined || (lock && lock.job !== job.id)) say('runs without its lock key');
    }
    if (job.meta?.['waitsFor'] !== undefined && job.state !== 'scheduled' && !isFinal(job.state))
      say('is said to wait for a signal, and does not');
    if (job.state === 'pending' && !lock) say('waits for a lock key that nobody holds');
    const paid = ledger.filter((entry) => entry.job === job.id).length;
    if (job.name === 'pay' && job.state === 'completed' && paid < 1) say('is completed, and its effects are not there');
    return found;
  });
}

function lockViolations({ locks, jobs }: Model): string[] {
  return [...locks.values()].flatMap((lock) => {
    if (lock.job === null) return [];
    const job = jobs.get(lock.job);
    const entitled = job?.lockKey === lock.key && (job.state === 'running' || job.state === 'available');
    return entitled ? [] : [`invariant: lock ${lock.key} is held by ${lock.job}, which has no use for it`];
  });
}

function uniqueViolations({ uniqueKeys, jobs }: Model): string[] {
  return [...uniqueKeys.values()].flatMap(({ key, scope, job: id }) => {
    const job = jobs.get(id);
    const open = job !== undefined && !isFinal(job.state);
    return scope === 'period' || open ? [] : [`invariant: unique key ${key} is taken by ${id}, which is over`];
  });
}

function claimViolations({ claims, workers }: Model): string[] {
  return [...claims.values()]
    .filter(({ worker }) => !workers.has(worker))
    .map(({ token }) => `invariant: the claim of token ${token} is of a worker that is not there`);
}

function runViolations(model: Model): string[] {
  const unfinished = model.unfinished();
  return [...model.runs.values()].flatMap(({ id, state }) => {
    const jobs = unfinished.filter(({ run }) => run === id);
    const undos = jobs.filter(({ meta }) => meta?.['undo'] === true).length;
    const found: string[] = [];
    const say = (what: string): void => void found.push(`invariant: run ${id} ${what}`);
    if (isRunOver(state) !== (jobs.length === 0)) say(`is ${state}, and has ${jobs.length} jobs`);
    if (undos !== (state === 'compensating' ? 1 : 0)) say(`is ${state}, and undoes ${undos} steps at once`);
    if (state === 'compensating' && jobs.length > 1) say('is being undone while steps of it go on');
    if (state === 'stopping' && jobs.some(({ cancelRequestedAt }) => cancelRequestedAt === null))
      say('is stopping, and has a job that nobody has asked to stop');
    return found;
  });
}
