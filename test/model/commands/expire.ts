import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { expire as expireInModel, sweep } from '../run-in.js';
import type { System } from '../system.js';

class Expire extends ModelCommand {
  /** @param waits whether for the next deadline */
  constructor(private readonly waits: boolean) {
    super();
  }

  protected async perform(model: Model, system: System): Promise<string> {
    if (this.waits) model.now = nextDeadline(model) ?? model.now;
    await system.setClock(model.now);
    const expired = expireInModel(model);
    sweep(model);
    expectSame('how many runs were overdue', expired, await system.runs.expire(100));
    return `expire at ${model.now} ms → ${expired}`;
  }

  toString(): string {
    return `expire(${this.waits ? 'at the next deadline' : 'now'})`;
  }
}

function nextDeadline({ runs, now }: Model): number | undefined {
  const running = [...runs.values()].filter(({ state }) => state === 'running');
  const deadlines = running.map(({ deadlineAt }) => deadlineAt ?? -Infinity).filter((deadline) => deadline >= now);
  return deadlines.sort((a, b) => a - b)[0];
}

/** The leader fails the runs that are not over by their deadlines: now, or at the very moment of the next one. */
export const expire: fc.Arbitrary<ModelCommand> = fc.boolean().map((waits) => new Expire(waits));
