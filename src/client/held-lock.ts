import { LockLostError } from '../core/errors.js';
import type { Database } from '../repositories/database.js';
import { renewLock } from '../repositories/sql/renew-lock.js';

/** A lock while it is held. */
export class HeldLock {
  /** Rises with every holder of any lock and every claim of any job. */
  readonly token: bigint;
  readonly #controller = new AbortController();
  #renewal: NodeJS.Timeout | null = null;
  #lapse: NodeJS.Timeout | null = null;
  #trustedUntil = 0;
  #ended = false;

  constructor(
    private readonly database: Database,
    readonly key: string,
    token: string,
    private readonly ttlMs: number,
    /** When the database was asked, by the monotonic clock: the lease counts from before its answer. */
    askedAt: number,
  ) {
    this.token = BigInt(token);
    this.#trust(askedAt + ttlMs);
    this.#schedule();
  }

  /** Aborts when the lock is lost; its reason is a LockLostError. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws LockLostError if the lock is not held any more, as far as this process knows */
  assertHeld(): void {
    if (!this.#controller.signal.aborted && performance.now() > this.#trustedUntil)
      this.#lose('it was not renewed in time');
    this.#controller.signal.throwIfAborted();
  }

  /** Asks the database. @throws LockLostError */
  async confirm(): Promise<void> {
    this.#controller.signal.throwIfAborted();
    await this.#renew();
    this.#controller.signal.throwIfAborted();
  }

  /** No more renewals. */
  end(): void {
    this.#ended = true;
    if (this.#renewal) clearTimeout(this.#renewal);
    if (this.#lapse) clearTimeout(this.#lapse);
  }

  #schedule(): void {
    if (this.#ended || this.#controller.signal.aborted) return;
    this.#renewal = setTimeout(() => {
      // A database that cannot be reached may be back before the lease is over: asked again until then.
      void this.#renew()
        .catch(() => undefined)
        .finally(() => this.#schedule());
    }, this.ttlMs / 3);
    this.#renewal.unref();
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    const [row] = await this.database.run(renewLock, [this.key, this.token.toString(), this.ttlMs]);
    if (row) this.#trust(askedAt + this.ttlMs);
    else this.#lose('its time to live ran out, or its row was taken away');
  }

  /** A timer of its own, because a question may stay without an answer for as long as the network likes. */
  #trust(until: number): void {
    if (this.#ended) return;
    this.#trustedUntil = until;
    if (this.#lapse) clearTimeout(this.#lapse);
    this.#lapse = setTimeout(() => this.#lose('it could not be renewed in time'), until - performance.now());
    this.#lapse.unref();
  }

  #lose(why: string): void {
    if (!this.#ended) this.#controller.abort(new LockLostError(this.key, why));
  }
}
