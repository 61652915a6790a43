import fc from 'fast-check';
import type { Model } from '../model.js';
import { ModelCommand } from '../model-command.js';
import { pickSome } from '../pick.js';
import type { System } from '../system.js';

class Progress extends ModelCommand {
  constructor(
    private readonly attempts: readonly number[],
    private readonly fraction: number,
  ) {
    super();
  }

  override check({ attempts }: Model): boolean {
    return attempts.length > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const attempts = pickSome(model.attempts, this.attempts);
    for (const attempt of attempts) {
      // Once an attempt is over its worker asks no more; somebody who did would be refused by the token all the same.
      const answering = attempt.ended ? system.answering(attempt.id) : system.attemptOf(attempt.id);
      system.reporter.report(answering, this.fraction, `by ${attempt.id}`);
      const job = model.owned(attempt);
      if (job) Object.assign(job, { progress: this.fraction, progressMessage: `by ${attempt.id}` });
    }
    await system.reporter.flush();
    return `${attempts.map(({ id, job }) => `${id} of ${job}`).join(', ')} report ${this.fraction}`;
  }

  toString(): string {
    return `progress(${this.attempts.join(', ')})`;
  }
}

/** Attempts report their progress, late ones included. */
export const progress: fc.Arbitrary<ModelCommand> = fc
  .tuple(fc.array(fc.nat(7), { minLength: 1, maxLength: 3 }), fc.constantFrom(0.25, 0.5))
  .map(([attempts, fraction]) => new Progress(attempts, fraction));
