import type { Attempt } from '../../src/engine/attempt.js';
import { Checkpoints, type CheckpointsParts } from '../../src/engine/checkpoints.js';
import { RowlockError } from '../../src/core/errors.js';
import { Suspension } from '../../src/core/steering.js';
import { Review } from './handlers.js';
import type { Ask, Reached } from './model-checkpoint.js';

/** What handlers ask of their contexts on the way, one call at a time, so that anything may happen in between. */
export class CheckpointCalls {
  readonly #checkpoints = new WeakMap<Attempt, Checkpoints>();

  constructor(private readonly parts: CheckpointsParts) {}

  /** @param result what the work of a step returns */
  async reach(attempt: Attempt, ask: Ask, result: unknown): Promise<Reached> {
    try {
      return { gives: (await this.#ask(this.#of(attempt), ask, result)) ?? null };
    } catch (thrown) {
      if (thrown instanceof Suspension) return { suspends: thrown.reason };
      if (thrown instanceof RowlockError) return { throws: thrown.code };
      throw thrown;
    }
  }

  async #ask(checkpoints: Checkpoints, ask: Ask, result: unknown): Promise<unknown> {
    switch (ask.kind) {
      case 'step':
        return checkpoints.step(ask.name, () => result);
      case 'sleep':
        return checkpoints.sleep(ask.name, `${ask.ms}ms`);
      case 'signal':
        return { ...(await checkpoints.waitFor(ask.name, Review, { timeout: `${ask.timeoutMs}ms` })) };
    }
  }

  #of(attempt: Attempt): Checkpoints {
    let checkpoints = this.#checkpoints.get(attempt);
    if (!checkpoints) this.#checkpoints.set(attempt, (checkpoints = new Checkpoints(attempt, this.parts)));
    return checkpoints;
  }
}
