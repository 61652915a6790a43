import fc from 'fast-check';
import { AttemptWatch } from '../../../src/worker/attempt-watch.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import type { System } from '../system.js';

class Watch extends ModelCommand {
  override check({ attempts }: Model): boolean {
    return attempts.some(({ ended, aborted }) => !ended && !aborted);
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const open = model.attempts.filter(({ ended }) => !ended);
    for (const attempt of open) {
      if (attempt.aborted) continue;
      const job = model.owned(attempt);
      if (!job)
        attempt.aborted = {
          code: 'LEASE_LOST',
          reason: `Job ${system.idOf(attempt.job)} belongs to another attempt now.`,
        };
      else if (job.cancelRequestedAt !== null)
        attempt.aborted = { code: 'ATTEMPT_CANCELLED', reason: job.cancelReason ?? '' };
    }
    const held = open.map(({ id }) => system.attemptOf(id));
    const nothing = (): void => undefined;
    await new AttemptWatch(system.session, system.telemetry, () => held, nothing, nothing).check();
    for (const { id, aborted } of open) {
      const told = system.attemptOf(id).aborted;
      expectSame(`why ${id} should stop`, aborted, told ? { code: told.code, reason: told.message } : null);
    }
    return `watch → ${
      open
        .filter(({ aborted }) => aborted)
        .map(({ id, aborted }) => `${id} ${aborted?.code}`)
        .join(', ') || 'all go on'
    }`;
  }

  toString(): string {
    return 'watch()';
  }
}

/** Workers ask which of their attempts should stop: those that are others' now, and those whose cancel was requested. */
export const watch: fc.Arbitrary<ModelCommand> = fc.constant(null).map(() => new Watch());
