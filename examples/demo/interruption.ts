import { constants } from 'node:os';

/** Somebody wants the program to end: Ctrl-C, a process manager, a closed terminal. */
export class Interrupted extends Error {
  constructor(readonly by: NodeJS.Signals) {
    super(`interrupted by ${by}`);
  }

  /** 128 and the number of the signal, as shells have it. */
  get exitCode(): number {
    return 128 + constants.signals[this.by];
  }
}

/** Why the program should end, for everything that takes time. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Ends it from within. Only the first reason counts. */
  readonly stop: (reason: Error) => void;
}

/** Everything is given back within this time, also when something does not answer. */
const PATIENCE_MS = 15_000;

/**
 * Turns every way in which a process is asked to end into one that gives everything back first. Asking twice changes
 * nothing: what is needed to leave no process behind is on its way.
 * @param onOverdue called if that takes too long
 */
export function untilInterrupted(onOverdue: (reason: Error) => void): Interruption {
  const controller = new AbortController();
  const stop = (reason: Error): void => {
    if (controller.signal.aborted) return;
    setTimeout(onOverdue, PATIENCE_MS, reason).unref();
    controller.abort(reason);
  };
  const interrupt = (by: NodeJS.Signals): void => stop(new Interrupted(by));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  whenAbandoned(() => interrupt('SIGHUP'));
  // Nobody reads any more (`npm run demo | head -1`): the same as a signal, and not a crash.
  process.stdout.on('error', () => interrupt('SIGPIPE'));
  return { signal: controller.signal, stop };
}

/** npm passes a signal on to its shell only, which ends without a word to us: what we notice is another parent. */
function whenAbandoned(notice: () => void): void {
  if (!process.env['npm_lifecycle_event']) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && notice(), 200).unref();
}
