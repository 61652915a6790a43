import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { DefinitionError, LockUnavailableError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { Engine } from '../engine/engine.js';
import { isStorable } from '../registry/key-source.js';
import type { Database } from '../repositories/database.js';
import { retryConflicts } from '../repositories/retry-conflicts.js';
import { runnerOf } from '../repositories/session.js';
import { acquireLock } from '../repositories/sql/acquire-lock.js';
import { numberLock } from '../repositories/sql/number-lock.js';
import { expireLock } from '../repositories/sql/expire-lock.js';
import { HeldLock } from './held-lock.js';

export interface LockOptions {
  /** How long the lock outlives its holder; renewed at a third of it while held. Default `'30s'`. */
  readonly ttl?: Duration;
  /** How long to wait for a lock that is held. Default: not at all. */
  readonly wait?: Duration;
}

const RETRY_MS = { first: 20, last: 500 };

/**
 * Locks for any code, shared by all processes on one database, and with the keys of `@Lock`: a job and a `withLock` of
 * the same key exclude each other. Each lock is a row of the table `lock`.
 */
export class Locks {
  constructor(
    private readonly database: Database,
    private readonly engine: Engine,
  ) {}

  /**
   * Runs work while holding a lock, renews it meanwhile, and gives it up at the end.
   *
   * Should the lock be lost (the process stood still for longer than `ttl`, the database was away, the row was deleted),
   * `lock.signal` aborts, and `withLock` throws LockLostError even if the work returned. The fencing `lock.token` rises
   * with each holder: a store that remembers the largest it has seen can refuse what a late holder writes.
   *
   * @throws LockUnavailableError if it was not free within `wait`; LockLostError; whatever the work throws
   * @example
   * await locks.withLock(`invoice:${id}`, { ttl: '30s', wait: '5s' }, async (lock) => {
   *   await manager.query('update invoice set … where id = $1 and fence < $2', [id, lock.token]);
   * });
   */
  async withLock<T>(key: string, options: LockOptions, work: (lock: HeldLock) => Promise<T>): Promise<T> {
    const ttlMs = milliseconds(options.ttl ?? '30s', `Lock "${key}", option ttl`);
    const waitMs = options.wait === undefined ? 0 : milliseconds(options.wait, `Lock "${key}", option wait`);
    check(key, ttlMs);
    const lock = await this.#acquire(key, ttlMs, waitMs);
    try {
      const result = await work(lock);
      await lock.confirm();
      return result;
    } finally {
      lock.end();
      // What became of the work is what the caller must learn; a lock that cannot be given up now runs out by itself.
      await this.#release(lock).catch(() => undefined);
    }
  }

  async #acquire(key: string, ttlMs: number, waitMs: number): Promise<HeldLock> {
    const holder = `${hostname()} pid ${process.pid} ${randomUUID()}`;
    const started = performance.now();
    for (let pause = RETRY_MS.first; ; pause = Math.min(pause * 1.5, RETRY_MS.last)) {
      const askedAt = performance.now();
      const [row] = await this.database.run(acquireLock, [key, holder, ttlMs]);
      const [numbered] = row?.mine ? await this.database.run(numberLock, [key, holder]) : [];
      if (numbered) return new HeldLock(this.database, key, numbered.token, ttlMs, askedAt);
      const left = waitMs - (performance.now() - started);
      if (left <= 0) throw new LockUnavailableError(key, waitMs, row?.holder ?? 'another holder');
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause * (0.5 + Math.random()), left)));
    }
  }

  /** A job that waits for the key gets it now. */
  async #release(lock: HeldLock): Promise<void> {
    await retryConflicts(() =>
      this.database.transaction(async (manager) => {
        const tx = runnerOf(this.database, manager);
        const expired = await tx.run(expireLock, [lock.key, lock.token.toString()]);
        if (expired.length > 0) await this.engine.passLockKeys(tx, [lock.key]);
      }),
    );
  }
}

function check(key: string, ttlMs: number): void {
  const bad =
    typeof key !== 'string' || key === '' || !isStorable(key) || Buffer.byteLength(key) > LIMITS.keyLength
      ? `its key must be a text of 1 to ${LIMITS.keyLength} bytes`
      : ttlMs < 100 || ttlMs > LIMITS.timeoutMs
        ? 'its ttl must be from 100 ms to 24 days'
        : null;
  if (bad) throw new DefinitionError('OPTION_INVALID', `Lock ${JSON.stringify(key)} was not taken: ${bad}.`);
}
