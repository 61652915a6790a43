import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';
import { renewIn } from './renew.js';

export class Unlock extends ModelCommand {
  constructor(private readonly holder: number) {
    super();
  }

  override check({ holders }: Model): boolean {
    return holders.length > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const holder = pick(model.holders, this.holder);
    model.holders.splice(model.holders.indexOf(holder), 1);
    const held = renewIn(model, holder);
    expectSame(`whether ${holder.id} held ${holder.key} to the end`, held, await system.userLocks.release(holder.id));
    const lock = model.locks.get(holder.key);
    const mine = lock?.job === null && lock.token === holder.token;
    const next = mine ? model.passKey(holder.key) : null;
    return `${holder.id} lets ${holder.key} go${held ? '' : ', which it had lost'}${next ? `, to ${next.id}` : ''}`;
  }

  toString(): string {
    return `unlock(${this.holder})`;
  }
}

/** The work under a lock ends. */
export const unlock: fc.Arbitrary<ModelCommand> = fc.nat(5).map((holder) => new Unlock(holder));
