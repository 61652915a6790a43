import fc from 'fast-check';
import { LOCK_KEYS } from '../draft.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand, ModelMismatch } from '../model-command.js';
import type { System } from '../system.js';

class Lock extends ModelCommand {
  constructor(
    private readonly key: string,
    private readonly ttlMs: number,
  ) {
    super();
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { key, ttlMs } = this;
    const id = model.nextHolderId();
    const held = model.locks.get(key);
    const free = !held || (held.expiresAt !== null && held.expiresAt <= model.now);
    const token = await system.userLocks.acquire(id, key, ttlMs);
    expectSame(`whether ${id} gets ${key}`, free, token !== null);
    if (token === null) return `${id} wants ${key}, and cannot have it`;
    if (token <= model.lastToken) throw new ModelMismatch(`the token ${token} is not larger than all before it`);
    model.lastToken = token;
    const times = { acquiredAt: model.now, expiresAt: model.now + ttlMs };
    model.locks.set(key, { key, job: null, holder: 'a holder of Locks', token, ...times });
    model.holders.push({ id, key, token, ttlMs, lost: false });
    return `${id} takes ${key} for ${ttlMs} ms with token ${token}`;
  }

  toString(): string {
    return `lock(${this.key}, ${this.ttlMs} ms)`;
  }
}

/** Somebody calls `withLock`, and works. For so long that no timer of the real time renews the lock before the run is over. */
export const lock: fc.Arbitrary<ModelCommand> = fc
  .tuple(fc.constantFrom(...LOCK_KEYS), fc.constantFrom(120_000, 180_000))
  .map(([key, ttlMs]) => new Lock(key, ttlMs));
