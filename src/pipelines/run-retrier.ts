import { RunRepeatError } from '../core/run-repeat-error.js';
import type { StepState } from '../core/run-state.js';
import type { Engine } from '../engine/engine.js';
import { arrayLiteral } from '../engine/new-job.js';
import type { NewJob } from '../engine/new-job.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { StatementRunner } from '../repositories/session.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import { completeRuns } from '../repositories/sql/complete-runs.js';
import type { RepeatableStep } from '../repositories/sql/find-repeatable-steps.js';
import { findRepeatableSteps } from '../repositories/sql/find-repeatable-steps.js';
import type { RepeatableRun } from '../repositories/sql/hold-run.js';
import { reopenRun } from '../repositories/sql/reopen-run.js';
import { insertSteps } from './insert-steps.js';
import { storeBacklog } from './item-backlog.js';
import { orderOf } from './pipeline-order.js';
import { planRefusal } from './plan-refusal.js';
import { neededResults } from './run-progress.js';
import type { RunRepeater } from './run-repeater.js';
import { checkState } from './run-repeater.js';
import { StepInputFault } from './step-input-fault.js';
import type { StepPlan } from './step-planner.js';
import { StepPlanner } from './step-planner.js';
import { storedResults } from './stored-results.js';

/** A run that goes on. */
export interface RetriedRun {
  readonly id: string;
  readonly name: string;
  /** None: nothing was left to do, and it is completed. */
  readonly jobs: readonly NewJob[];
}

/** What becomes of the steps of a run that goes on: those that are over stay, others are as if they had not begun. */
interface Remnants {
  readonly progress: Map<string, StepState>;
  readonly anew: string[];
  /** Fan-outs that keep items, with these and with how many there were. */
  readonly resumed: Map<string, { readonly total: number; readonly kept: ReadonlySet<number> }>;
  /** Fan-outs that were stopped, and of which all items ended well. */
  readonly over: string[];
}

/**
 * Lets runs go on that failed or were cancelled: what is over stays, what failed is done again. Everything that can go wrong
 * does so before the first write, so that a caller whose transaction it is may go on with it.
 */
export class RunRetrier {
  readonly #planner: StepPlanner;

  constructor(
    private readonly repeater: RunRepeater,
    private readonly engine: Engine,
    codec: PayloadCodec,
  ) {
    this.#planner = new StepPlanner(codec);
  }

  /**
   * Two at once: the second waits for the row of the run, and then finds it running.
   * @throws NotFoundError, InvalidTransitionError, RunRepeatError; DefinitionError `PIPELINE_INVALID` if a callback fails
   */
  async retry(tx: StatementRunner, id: string): Promise<RetriedRun> {
    const run = await this.repeater.hold(tx, id);
    checkState(run, 'retry', ['failed', 'cancelled']);
    const definition = this.repeater.sameVersion(run);
    const remnants = remnantsOf(run, await tx.run(findRepeatableSteps, [id]));
    const results = await storedResults(tx, id, definition, neededResults(definition, remnants.progress));
    const plan = await this.#planner.plan(
      definition,
      run,
      remnants.progress,
      { ...results, input: run.input },
      (step, item) => item !== null && (remnants.resumed.get(step)?.kept.has(item) ?? false),
    );
    if (plan instanceof StepInputFault) throw planRefusal(run.name, plan, 'retried');
    checkResumed(id, remnants, plan);
    const { jobs, backlog } = plan;
    await this.#reopen(tx, run, remnants);
    await insertSteps(
      tx,
      plan.steps.filter(({ step }) => !remnants.resumed.has(step)),
    );
    if (jobs.length > 0) await this.engine.enqueue(tx, jobs, true);
    else await tx.run(completeRuns, [[id], [arrayLiteral(orderOf(definition).ends)]]);
    await storeBacklog(tx, backlog);
    return { id, name: run.name, jobs };
  }

  async #reopen(tx: StatementRunner, run: RepeatableRun, { anew, resumed, over }: Remnants): Promise<void> {
    try {
      await tx.run(reopenRun, [run.id, anew, [...resumed.keys()], over]);
    } catch (cause) {
      if (sqlFailure(cause) !== 'duplicate') throw cause;
      const problem = `cannot go on: another run of pipeline "${run.name}" has its unique key now. Wait for that one, or cancel it.`;
      throw new RunRepeatError('RUN_KEY_TAKEN', run.id, problem, { cause });
    }
  }
}

function remnantsOf({ id }: RepeatableRun, steps: readonly RepeatableStep[]): Remnants {
  const remnants: Remnants = { progress: new Map(), anew: [], resumed: new Map(), over: [] };
  for (const { step, state, undo, total, kept } of steps) {
    if (undo !== null) throw undone(id, step);
    if (state !== 'failed' && state !== 'cancelled') remnants.progress.set(step, state);
    else if (kept === null || kept.length === 0) remnants.anew.push(step);
    else if (kept.length < total) remnants.resumed.set(step, { total, kept: new Set(kept) });
    else {
      remnants.over.push(step);
      remnants.progress.set(step, 'completed');
    }
  }
  return remnants;
}

/** Items are told apart by their places, so there must be as many of them as there were. */
function checkResumed(id: string, { resumed }: Remnants, { steps }: StepPlan): void {
  for (const [name, { total }] of resumed) {
    const now = steps.find(({ step }) => step === name)?.total ?? 0;
    if (now === total) continue;
    const problem = `cannot go on: its step "${name}" had ${total} items, and would have ${now} now. Fork it from that step.`;
    throw new RunRepeatError('RUN_ITEMS_CHANGED', id, problem);
  }
}

function undone(id: string, step: string): RunRepeatError {
  const problem = `cannot go on: its step "${step}" was undone. Fork it or rerun it, which makes a new run.`;
  return new RunRepeatError('RUN_UNDONE', id, problem);
}
