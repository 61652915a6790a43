import fc from 'fast-check';
import { cancel } from './commands/cancel.js';
import { claim } from './commands/claim.js';
import { complete } from './commands/complete.js';
import { discard } from './commands/discard.js';
import { enqueue } from './commands/enqueue.js';
import { heartbeat } from './commands/heartbeat.js';
import { interrupt } from './commands/interrupt.js';
import { leave } from './commands/leave.js';
import { lock } from './commands/lock.js';
import { progress } from './commands/progress.js';
import { promote } from './commands/promote.js';
import { prune } from './commands/prune.js';
import { redrive } from './commands/redrive.js';
import { register } from './commands/register.js';
import { renew } from './commands/renew.js';
import { reschedule } from './commands/reschedule.js';
import { rescue } from './commands/rescue.js';
import { retry } from './commands/retry.js';
import { settle } from './commands/settle.js';
import { snooze } from './commands/snooze.js';
import { stop } from './commands/stop.js';
import { tick } from './commands/tick.js';
import { unlock } from './commands/unlock.js';
import { watch } from './commands/watch.js';
import type { Model } from './model.js';
import type { ModelCommand } from './model-command.js';
import type { System } from './system.js';

/** How often each is drawn, against the others. What makes work for the others comes more often. */
const WEIGHTS: readonly (readonly [number, fc.Arbitrary<ModelCommand>])[] = [
  [3, register], [12, enqueue], [14, claim], [5, tick],
  [4, complete], [3, retry], [2, snooze], [3, interrupt], [1, discard], [1, stop], [3, settle],
  [5, promote], [4, rescue], [1, prune], [2, heartbeat], [1, leave],
  [4, cancel], [3, watch], [2, reschedule], [3, redrive], [1, progress],
  [3, lock], [1, renew], [3, unlock],
]; // prettier-ignore

/** Sequences of commands. A new verb is one more file in `commands/` and one more entry above. */
export const allCommands: fc.Arbitrary<fc.AsyncCommand<Model, System>> = fc.oneof(
  ...WEIGHTS.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
