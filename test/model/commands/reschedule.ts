import fc from 'fast-check';
import { isFinal } from '../../../src/core/job-state.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pickSome } from '../pick.js';
import type { System } from '../system.js';

class Reschedule extends ModelCommand {
  constructor(
    private readonly jobs: readonly number[],
    private readonly by: number,
  ) {
    super();
  }

  override check({ jobs }: Model): boolean {
    return jobs.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const jobs = pickSome([...model.jobs.values()], this.jobs);
    const moved = jobs.filter(({ state }) => state !== 'running' && !isFinal(state));
    const runAt = model.now + this.by;
    // A moment, because only that may lie in the past.
    const answer = await system.operations.reschedule(
      jobs.map(({ id }) => system.idOf(id)),
      { runAt: system.dateOf(runAt) },
    );
    expectSame('the answer', { rescheduled: moved.length }, { ...answer });
    for (const job of moved)
      model.move(job, 'scheduled', { runAt, availableAt: job.state === 'available' ? null : job.availableAt });
    model.release(moved);
    return `reschedule ${jobs.map(({ id }) => id).join(' ')} to ${runAt} ms`;
  }

  toString(): string {
    return `reschedule(${this.jobs.join(', ')}, by ${this.by} ms)`;
  }
}

/** A caller sets another time for jobs that have not started. */
export const reschedule: fc.Arbitrary<ModelCommand> = fc
  .tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 10_000, -1_000))
  .map(([jobs, by]) => new Reschedule(jobs, by));
