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

  constructor(delay: Duration, reason = 'snoozed by its handler') {
    super(reason);
    this.delayMs = milliseconds(delay, 'job.snooze');
  }
}

export class Cancel extends Steering {
  readonly verb = 'cancel';
}

export class Discard extends Steering {
  readonly verb = 'discard';
}
