import fc from 'fast-check';
import { isFinal } from '../../../src/core/job-state.js';
import type { Model } from '../model.js';
import { type ModelJob, waitingForNothing } from '../model-job.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pickSome } from '../pick.js';
import type { System } from '../system.js';

class Redrive extends ModelCommand {
  constructor(private readonly jobs: readonly number[]) {
    super();
  }

  override check({ jobs }: Model): boolean {
    return jobs.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const jobs = pickSome([...model.jobs.values()], this.jobs);
    const allowed = jobs.filter((job) => isFinal(job.state) && job.run === null && mayHaveItsKey(model, job, jobs));
    const answer = await system.operations.redrive(jobs.map(({ id }) => system.idOf(id)));
    expectSame('the answer', { redriven: allowed.length }, { ...answer });
    for (const job of allowed) back(model, job);
    return `redrive ${jobs.map(({ id }) => id).join(' ')} → ${allowed.map(({ id }) => id).join(' ') || 'none'}`;
  }

  toString(): string {
    return `redrive(${this.jobs.join(', ')})`;
  }
}

/** Its own key, if it has it still; a free one goes to the newest of those that want it. */
function mayHaveItsKey(model: Model, job: ModelJob, jobs: readonly ModelJob[]): boolean {
  if (job.uniqueKey === null) return true;
  const taken = model.uniqueKeys.get(model.uniqueKeyOf(job));
  if (taken && !(taken.expiresAt !== null && taken.expiresAt <= model.now)) return taken.job === job.id;
  const rivals = jobs.filter((each) => isFinal(each.state) && model.uniqueKeyOf(each) === model.uniqueKeyOf(job));
  return rivals.every(({ seq }) => seq <= job.seq);
}

function back(model: Model, job: ModelJob): void {
  const { state, tenant, name, uniqueKey } = job;
  const meta = waitingForNothing(job);
  const redriven = Number(meta?.['redriven'] ?? 0) + 1;
  model.move(job, 'available', {
    attempt: 0,
    progress: null,
    progressMessage: null,
    availableAt: model.now,
    meta: { ...meta, redriven, redrivenFrom: state, redrivenAt: model.now },
  });
  model.queued.push({ job, group: job.id });
  const taken = uniqueKey === null ? undefined : model.uniqueKeys.get(model.uniqueKeyOf(job));
  const keeps = taken?.job === job.id && !(taken.expiresAt !== null && taken.expiresAt <= model.now);
  if (uniqueKey === null || keeps) return;
  model.uniqueKeys.set(model.uniqueKeyOf(job), {
    tenant,
    name,
    key: uniqueKey,
    job: job.id,
    scope: 'unfinished',
    expiresAt: null,
  });
}

/** A caller brings finished jobs back. */
export const redrive: fc.Arbitrary<ModelCommand> = fc
  .array(fc.nat(9), { minLength: 1, maxLength: 3 })
  .map((jobs) => new Redrive(jobs));
