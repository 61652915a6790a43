import type { Actor } from './actor.js';
import type { Stage } from './stage.js';

/** One of two that do something at the same time. */
export interface Party {
  readonly name: string;
  /** Does all of it, transactions and later statements included. @returns what its caller is told */
  act(actor: Actor, stage: Stage): Promise<unknown>;
  /** It passes over what somebody holds, or is refused it, and tries again later. */
  readonly skips?: boolean;
  /** In this scene it is refused what it asks for when it is alone: it has no transaction to be stopped in. */
  readonly comesSecond?: boolean;
  /** What it has done when it is stopped is done: there is nothing to roll back. */
  readonly isManyTransactions?: boolean;
}
