import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { expire as expireInModel, sweep } from '../run-in.js';
import type { System } from '../system.js';

class Expire extends ModelCommand {
  protected async perform(model: Model, system: System): Promise<string> {
    const expired = expireInModel(model);
    sweep(model);
    expectSame('how many runs were overdue', expired, await system.runs.expire(100));
    return `expire → ${expired}`;
  }

  toString(): string {
    return 'expire()';
  }
}

/** The leader fails the runs that are not over by their deadlines. */
export const expire: fc.Arbitrary<ModelCommand> = fc.constant(null).map(() => new Expire());
