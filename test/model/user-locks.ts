import type { HeldLock } from '../../src/client/held-lock.js';
import type { Locks } from '../../src/client/locks.js';
import { LockLostError, LockUnavailableError } from '../../src/core/errors.js';
import { makeGate, type Gate } from '../support/gate.js';

interface Holding {
  readonly lock: HeldLock;
  readonly letGo: Gate;
  /** Whether the lock was held to the end. */
  readonly over: Promise<boolean>;
}

/** Holders of `Locks.withLock` whose work goes on until a command ends it. */
export class UserLocks {
  readonly #holdings = new Map<string, Holding>();

  constructor(private readonly locks: Locks) {}

  /** @returns the fencing token; null if somebody else holds the key */
  async acquire(name: string, key: string, ttlMs: number): Promise<number | null> {
    const letGo = makeGate();
    const held = makeGate<HeldLock | null>();
    const over = this.locks
      .withLock(key, { ttl: `${ttlMs}ms` }, async (lock) => {
        held.open(lock);
        await letGo.opened;
      })
      .then(
        () => true,
        (error: unknown) => {
          held.open(null);
          if (error instanceof LockLostError || error instanceof LockUnavailableError) return false;
          throw error;
        },
      );
    const lock = await held.opened;
    if (!lock) return null;
    this.#holdings.set(name, { lock, letGo, over });
    return Number(lock.token);
  }

  /** @returns whether the lock was renewed; else it is lost */
  async renew(name: string): Promise<boolean> {
    return this.#holding(name)
      .lock.confirm()
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof LockLostError) return false;
          throw error;
        },
      );
  }

  /** Ends the work. @returns whether the lock was held to its end */
  async release(name: string): Promise<boolean> {
    const { letGo, over } = this.#holding(name);
    this.#holdings.delete(name);
    letGo.open();
    return over;
  }

  async abandonAll(): Promise<void> {
    for (const name of [...this.#holdings.keys()]) await this.release(name);
  }

  #holding(name: string): Holding {
    const holding = this.#holdings.get(name);
    if (!holding) throw new Error(`nobody is ${name}`);
    return holding;
  }
}
