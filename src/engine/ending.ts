import type { Outcome } from '../core/outcome.js';
import type { Attempt } from './attempt.js';

/** An attempt with the outcome that is to be stored for it. */
export interface Ending<O extends Outcome = Outcome> {
  readonly attempt: Attempt;
  readonly outcome: O;
}

export type EndingOf<V extends Outcome['verb']> = Ending<Extract<Outcome, { verb: V }>>;
