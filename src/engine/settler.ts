import type { Outcome } from '../core/outcome.js';
import type { StatementRunner } from '../repositories/session.js';
import { deleteCheckpoints } from '../repositories/sql/delete-checkpoints.js';
import { holdAttempts } from '../repositories/sql/hold-attempts.js';
import { holdWaits } from '../repositories/sql/hold-waits.js';
import type { ReleasedRow } from '../repositories/sql/pass-lock-keys.js';
import type { Ending, EndingOf } from './ending.js';
import type { Engine } from './engine.js';
import type { JobTaker } from './job-taker.js';
import type { RunListener } from './run-listener.js';

/** What became of a batch of endings. */
export interface Settlement {
  /** Endings that were stored, with the verb that was: a cancel may have overtaken a retry. */
  readonly accepted: readonly Ending[];
  /** Endings that were refused, because the attempt was no longer the worker's. */
  readonly lost: readonly Ending[];
  /** Jobs that got the lock key of one of these. */
  readonly released: readonly ReleasedRow[];
  /** To be called when the transaction has been committed. */
  readonly committed: () => void;
}

/** Stores outcomes and all that follows from them: lock keys passed on, pipeline runs advanced. */
export class Settler {
  constructor(
    private readonly engine: Engine,
    private readonly runs: RunListener,
  ) {}

  /** Whether a batch takes more than one statement, and so a transaction. */
  needsTransaction(endings: readonly Ending[]): boolean {
    const [first] = endings;
    return endings.some(
      ({ attempt, outcome }) =>
        outcome.verb !== first?.outcome.verb ||
        attempt.row.lockKey !== null ||
        attempt.row.runId !== null ||
        attempt.hasCheckpoints,
    );
  }

  /**
   * Endings that are stored by transactions of their own. Those that wait for something hold it, after the rows of their jobs,
   * and must hold nothing else: whoever sends it may have rows of runs, which come last in the order of all others.
   */
  apart(endings: readonly Ending[]): readonly (readonly Ending[])[] {
    const suspended = endings.filter(isSuspended);
    if (suspended.length === 0 || suspended.length === endings.length) return [endings];
    return [suspended, endings.filter((ending) => !isSuspended(ending))];
  }

  /** Stores what one statement can; see `RunListener.advance`. */
  advance(on: StatementRunner, endings: readonly Ending[], taker: JobTaker | null): Promise<readonly Ending[]> {
    const steps = endings.filter(isCompletedStep);
    return steps.length > 0 ? this.runs.advance(on, steps, taker) : NONE;
  }

  /** Verbs in a fixed order, so that two batches cannot wait for each other. */
  async settle(tx: StatementRunner, endings: readonly Ending[]): Promise<Settlement> {
    const suspended = endings.filter(isSuspended);
    if (suspended.length > 0) await hold(tx, suspended);
    const stored = await this.#store(tx, endings);
    const refused = stored.size === endings.length ? [] : endings.filter((ending) => !stored.has(ending));
    const cancelled = await this.#cancelInstead(tx, refused);
    const accepted = [...stored, ...cancelled.values()];
    const released = await this.engine.release(tx, keysGivenUp(accepted));
    const steps = accepted.filter(({ attempt, outcome }) => attempt.row.runId !== null && endsJob(outcome));
    // A dead letter keeps its own, for a redrive goes on where it stopped.
    const over = accepted.filter(({ attempt, outcome }) => attempt.hasCheckpoints && isOver(outcome));
    if (over.length > 0) await tx.run(deleteCheckpoints, [over.map(({ attempt }) => attempt.id)]);
    const committed = steps.length > 0 ? await this.runs.settled(tx, steps) : () => undefined;
    return { accepted, lost: refused.filter((ending) => !cancelled.has(ending)), released, committed };
  }

  async #store(tx: StatementRunner, endings: readonly Ending[]): Promise<ReadonlySet<Ending>> {
    const stored = new Set<Ending>();
    for (const verb of VERBS) {
      const group = endings.filter(({ outcome }) => outcome.verb === verb);
      if (group.length === 0) continue;
      for (const ending of await this.#perform(tx, verb, group)) stored.add(ending);
    }
    return stored;
  }

  #perform(tx: StatementRunner, verb: Outcome['verb'], group: readonly Ending[]): Promise<readonly Ending[]> {
    switch (verb) {
      case 'complete':
        return this.engine.complete(tx, group as EndingOf<'complete'>[]);
      case 'retry':
        return this.engine.retry(tx, group as EndingOf<'retry'>[]);
      case 'snooze':
        return this.engine.snooze(tx, group as EndingOf<'snooze'>[]);
      case 'interrupt':
        return this.engine.interrupt(tx, group as EndingOf<'interrupt'>[]);
      case 'discard':
        return this.engine.discard(tx, group as EndingOf<'discard'>[]);
      case 'cancel':
        return this.engine.cancel(tx, group);
    }
  }

  /** An attempt that would go back to wait, refused though it is ours, has been cancelled meanwhile. */
  async #cancelInstead(tx: StatementRunner, refused: readonly Ending[]): Promise<Map<Ending, Ending>> {
    const goingBack = refused.filter(({ outcome }) => !endsJob(outcome));
    if (goingBack.length === 0) return new Map();
    const cancelled = await this.engine.cancel(tx, goingBack);
    const outcome = { verb: 'cancel', reason: 'cancelled on request' } as const;
    return new Map(cancelled.map((ending) => [ending, { attempt: ending.attempt, outcome }]));
  }
}

const NONE = Promise.resolve<readonly Ending[]>([]);

const isSuspended = ({ outcome }: Ending): boolean => outcome.verb === 'snooze' && outcome.waitsFor !== null;

/** Each in one order, so that two batches cannot wait for each other. */
async function hold(tx: StatementRunner, suspended: readonly Ending[]): Promise<void> {
  await tx.run(holdAttempts, [suspended.map(({ attempt }) => attempt.id)]);
  const steps = suspended
    .flatMap(({ attempt: { row } }) =>
      row.runId === null || row.step === null ? [] : { run: row.runId, step: row.step, job: row.id },
    )
    .sort((a, b) => (a.run === b.run ? (a.step < b.step ? -1 : 1) : a.run < b.run ? -1 : 1));
  if (steps.length === 0) return;
  await tx.run(holdWaits, [steps.map(({ run }) => run), steps.map(({ step }) => step), steps.map(({ job }) => job)]);
}

const isCompletedStep = (ending: Ending): ending is EndingOf<'complete'> =>
  ending.outcome.verb === 'complete' && ending.attempt.row.runId !== null;

const VERBS = ['complete', 'retry', 'snooze', 'interrupt', 'discard', 'cancel'] as const;

const endsJob = ({ verb }: Outcome): boolean => verb === 'complete' || verb === 'discard' || verb === 'cancel';

const isOver = ({ verb }: Outcome): boolean => verb === 'complete' || verb === 'cancel';

/** An interrupted job keeps its key with its place in the queue. */
function keysGivenUp(accepted: readonly Ending[]): { id: string; lockKey: string | null }[] {
  return accepted
    .filter(({ outcome }) => outcome.verb !== 'interrupt')
    .map(({ attempt }) => ({ id: attempt.id, lockKey: attempt.row.lockKey }));
}
