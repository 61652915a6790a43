import fc from 'fast-check';
import { cancel } from './commands/cancel.js';
import { cancelRun } from './commands/cancel-run.js';
import { claim } from './commands/claim.js';
import { complete } from './commands/complete.js';
import { discard } from './commands/discard.js';
import { enqueue, enqueueDurable, enqueueKeyed } from './commands/enqueue.js';
import { expire } from './commands/expire.js';
import { heartbeat } from './commands/heartbeat.js';
import { interrupt } from './commands/interrupt.js';
import { leave } from './commands/leave.js';
import { lock } from './commands/lock.js';
import { progress } from './commands/progress.js';
import { promote } from './commands/promote.js';
import { prune } from './commands/prune.js';
import { record } from './commands/record.js';
import { redrive } from './commands/redrive.js';
import { register } from './commands/register.js';
import { renew } from './commands/renew.js';
import { reschedule } from './commands/reschedule.js';
import { rescue } from './commands/rescue.js';
import { retry } from './commands/retry.js';
import { settle } from './commands/settle.js';
import { signal } from './commands/signal.js';
import { sleep } from './commands/sleep.js';
import { snooze } from './commands/snooze.js';
import { start } from './commands/start.js';
import { stop } from './commands/stop.js';
import { suspend } from './commands/suspend.js';
import { tick } from './commands/tick.js';
import { tidy } from './commands/tidy.js';
import { unlock } from './commands/unlock.js';
import { wait } from './commands/wait.js';
import { watch } from './commands/watch.js';
import type { Model } from './model.js';
import type { ModelCommand } from './model-command.js';
import type { System } from './system.js';

type Weighted = readonly [weight: number, command: fc.Arbitrary<ModelCommand>];

export interface Mix {
  readonly name: string;
  /** Its part of the runs. */
  readonly share: number;
  /** How many commands a sequence may have. */
  readonly longest: number;
  readonly command: fc.Arbitrary<fc.AsyncCommand<Model, System>>;
}

/** A new verb is one more file in `commands/` and one more entry here. */
const EVERYTHING: readonly Weighted[] = [
  [16, enqueue], [16, claim], [6, tick], [4, register], [2, heartbeat], [1, leave],
  [3, complete], [3, retry], [2, snooze], [3, interrupt], [1, discard], [1, stop], [2, settle],
  [5, promote], [5, rescue], [1, prune], [4, watch], [1, progress],
  [4, cancel], [2, reschedule], [3, redrive], [4, lock], [3, renew], [3, unlock],
  [2, record], [2, sleep], [2, wait], [2, suspend], [2, signal], [1, tidy],
  [6, start], [1, cancelRun], [1, expire],
]; // prettier-ignore

/** Who may hold what, for how long. */
const LOCKS: readonly Weighted[] = [
  [4, enqueue], [4, claim], [5, tick], [5, lock], [5, renew], [4, unlock], [3, rescue], [2, settle], [1, cancel],
]; // prettier-ignore

/** Keys that come free, by whatever way their jobs end. */
const UNIQUE_KEYS: readonly Weighted[] = [
  [6, enqueueKeyed], [2, enqueue], [5, claim], [3, tick], [2, promote], [2, settle], [3, retry], [2, cancel], [3, redrive], [1, reschedule], [2, prune], [1, rescue],
]; // prettier-ignore

/** Attempts that are lost, and what they answer all the same. */
const ATTEMPTS: readonly Weighted[] = [
  [6, enqueue], [7, claim], [5, tick], [5, rescue], [2, settle], [3, complete], [1, promote], [3, watch], [2, cancel], [2, heartbeat], [1, register], [1, progress],
]; // prettier-ignore

/** Batches of which a part hangs. */
const BATCHES: readonly Weighted[] = [
  [4, enqueue],
  [3, claim],
  [3, tick],
  [4, rescue],
];

/** Handlers that come past checkpoints, are suspended there, and are woken. */
const CHECKPOINTS: readonly Weighted[] = [
  [6, enqueueDurable], [12, claim], [5, record], [4, sleep], [8, wait], [9, suspend], [8, signal], [2, complete], [3, settle], [3, retry], [4, promote],
  [3, tick], [2, rescue], [1, watch], [1, cancel], [3, redrive], [1, reschedule], [1, prune], [2, tidy], [3, register], [1, interrupt],
]; // prettier-ignore

/** Runs whose steps end in all ways, and are undone. */
const RUNS: readonly Weighted[] = [
  [4, start], [18, claim], [16, complete], [4, settle], [2, discard], [2, retry], [1, stop], [3, tick], [4, promote], [2, rescue], [1, watch],
  [1, cancel], [1, cancelRun], [1, expire], [1, reschedule], [1, redrive], [1, prune], [3, register], [1, enqueue],
]; // prettier-ignore

const mix = (name: string, share: number, commands: readonly Weighted[], longest = 120): Mix => ({
  name,
  share,
  longest,
  command: fc.oneof(...commands.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
});

/** Which commands a sequence is made of: of all, or of few, which then meet more often. */
export const mixes: readonly Mix[] = [
  mix('lock keys', 0.15, LOCKS),
  mix('unique keys', 0.15, UNIQUE_KEYS),
  mix('batches', 0.05, BATCHES),
  mix('attempts and leases', 0.15, ATTEMPTS),
  mix('checkpoints and signals', 0.15, CHECKPOINTS, 240),
  mix('runs', 0.15, RUNS, 240),
  mix('all verbs', 0.2, EVERYTHING),
];
