import fc from 'fast-check';
import { isFinal } from '../../../src/core/job-state.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pickSome } from '../pick.js';
import { cancelSteps, sweep } from '../run-in.js';
import type { System } from '../system.js';

class RequestCancel extends ModelCommand {
  constructor(
    private readonly jobs: readonly number[],
    private readonly reason: string,
  ) {
    super();
  }

  override check({ jobs }: Model): boolean {
    return jobs.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const jobs = pickSome([...model.jobs.values()], this.jobs);
    const running = jobs.filter(({ state }) => state === 'running');
    const waiting = jobs.filter(({ state }) => state !== 'running' && !isFinal(state));
    const ids = jobs.map(({ id }) => system.idOf(id));
    const answer = await system.operations.cancel(ids, this.reason);
    expectSame('the answer', { cancelled: waiting.length, cancelling: running.length }, { ...answer });
    for (const job of running) {
      job.cancelRequestedAt ??= model.now;
      job.cancelReason ??= this.reason;
    }
    for (const job of waiting) model.finish(job, 'cancelled', { reason: this.reason });
    model.release(waiting);
    cancelSteps(model, [...running, ...waiting], this.reason);
    sweep(model);
    return `cancel ${jobs.map(({ id }) => id).join(' ')} because "${this.reason}"`;
  }

  toString(): string {
    return `cancel(${this.jobs.join(', ')})`;
  }
}

/** A caller does not want jobs any more: what waits is over, what runs is asked to stop. */
export const cancel: fc.Arbitrary<ModelCommand> = fc
  .tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }), fc.constantFrom('not wanted', 'another reason'))
  .map(([jobs, reason]) => new RequestCancel(jobs, reason));
