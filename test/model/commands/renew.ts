import fc from 'fast-check';
import type { Model, ModelHolder } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

class Renew extends ModelCommand {
  constructor(private readonly holder: number) {
    super();
  }

  override check({ holders }: Model): boolean {
    return holders.length > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const holder = pick(model.holders, this.holder);
    const renewed = await system.userLocks.renew(holder.id);
    expectSame(`whether ${holder.id} still holds ${holder.key}`, renewIn(model, holder), renewed);
    return `${holder.id} renews ${holder.key}${renewed ? '' : ', and has lost it'}`;
  }

  toString(): string {
    return `renew(${this.holder})`;
  }
}

/** Extends a lock in the model. @returns whether it was still held */
export function renewIn(model: Model, holder: ModelHolder): boolean {
  const lock = model.locks.get(holder.key);
  const mine = lock?.job === null && lock.token === holder.token && (lock.expiresAt ?? 0) > model.now;
  if (holder.lost || !mine) {
    holder.lost = true;
    return false;
  }
  lock.expiresAt = model.now + holder.ttlMs;
  return true;
}

/** A holder of a lock asks the database for more time. */
export const renew: fc.Arbitrary<ModelCommand> = fc.nat(5).map((holder) => new Renew(holder));
