import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { waitingForNothing } from '../model-job.js';
import type { System } from '../system.js';

export class Promote extends ModelCommand {
  protected async perform(model: Model, system: System): Promise<string> {
    const waiting = [...model.jobs.values()].filter(({ runAt }) => runAt !== null);
    const due = waiting.filter(({ runAt }) => (runAt ?? 0) <= model.now);
    const later = waiting.filter((job) => !due.includes(job)).map(({ runAt }) => (runAt ?? 0) - model.now);
    const { promoted, nextMs } = await system.engine.promote(system.database, 100);
    expectSame('the number of jobs promoted', due.length, promoted);
    expectSame('the time until the next is due', later.length > 0 ? Math.min(...later) : null, nextMs);
    for (const job of due.sort((a, b) => (a.runAt ?? 0) - (b.runAt ?? 0) || a.seq - b.seq)) {
      model.move(job, 'available', { availableAt: model.now, meta: waitingForNothing(job) });
      model.queued.push({ job, group: 'promoted' });
    }
    return `promote → ${due.map(({ id }) => id).join(' ') || 'none'}`;
  }

  toString(): string {
    return 'promote()';
  }
}

/** Jobs whose time has come go to the end of their queue, in the order in which they became due. */
export const promote: fc.Arbitrary<ModelCommand> = fc.constant(null).map(() => new Promote());
