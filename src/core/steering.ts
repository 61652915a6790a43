import type { Duration } from './duration.js';
import { milliseconds } from './duration.js';

/**
 * What a handler throws to steer its own job: made by `job.snooze`, `job.cancel` and `job.discard`. Not an `Error`, so
 * that a handler's own `catch (error) { if (error instanceof Error) … }` does not swallow it by accident.
 */
export abstract class Steering {
  abstract readonly verb: 'snooze' | 'cancel' | 'discard';
  constructor(readonly reason: string) {}
}

export class Snooze extends Steering {
  readonly verb = 'snooze';
  readonly delayMs: number;
  /** The signal that ends it before its time; null: none does. */
  readonly waitsFor: string | null = null;

  constructor(delay: Duration, reason = 'snoozed by its handler') {
    super(reason);
    this.delayMs = milliseconds(delay, 'job.snooze');
  }
}

/**
 * What `job.sleep` and `job.waitFor` throw to end an attempt that goes on later. Whatever its handler makes of it, the
 * attempt ends by it.
 */
export class Suspension extends Snooze {
  override readonly waitsFor: string | null;

  constructor(delayMs: number, reason: string, waitsFor: string | null) {
    super(`${delayMs}ms`, reason);
    this.waitsFor = waitsFor;
  }
}

export class Cancel extends Steering {
  readonly verb = 'cancel';
}

export class Discard extends Steering {
  readonly verb = 'discard';
}
