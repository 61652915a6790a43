import type { RunError } from '../core/run-state.js';
import type { Ending, EndingOf } from '../engine/ending.js';
import type { Engine } from '../engine/engine.js';
import type { JobTaker } from '../engine/job-taker.js';
import type { RunListener } from '../engine/run-listener.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { dropBacklog } from '../repositories/sql/drop-backlog.js';
import { findCancelledSteps } from '../repositories/sql/find-cancelled-steps.js';
import { findChildRuns } from '../repositories/sql/find-child-runs.js';
import { findIdleRuns } from '../repositories/sql/find-idle-runs.js';
import { findOverdueRuns } from '../repositories/sql/find-overdue-runs.js';
import { stopRuns } from '../repositories/sql/stop-runs.js';
import { wakeParents } from '../repositories/sql/wake-parents.js';
import type { Telemetry } from '../telemetry/events.js';
import { byRunId } from './by-run-id.js';
import { Compensator } from './compensator.js';
import { HeldRuns } from './held-runs.js';
import { releaseBacklog } from './item-backlog.js';
import { KnownResults } from './known-results.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { RunAdvancer } from './run-advancer.js';
import type { RunFailure } from './run-failure.js';
import { runErrorJson, timedOut } from './run-failure.js';
import { RunSituations } from './run-situations.js';
import { RunSweeper } from './run-sweeper.js';
import { SingleStepAdvancer } from './single-step-advancer.js';
import type { StepEnd } from './step-end.js';
import { stepEnds } from './step-end.js';
import { StepPlanner } from './step-planner.js';
import { StepRecorder } from './step-recorder.js';

export interface OrchestratorParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly codec: PayloadCodec;
  /** The pipelines that this process knows. */
  readonly pipelines: PipelineRegistry<PipelineDefinition>;
  readonly telemetry: Telemetry;
}

/** A job that was cancelled, or whose worker was asked to stop it. */
export interface CancelledJob {
  readonly id: string;
  readonly runId: string | null;
}

/**
 * Moves pipeline runs on: what follows from a step's end is part of the transaction that stores it. So at no moment is
 * there a run that is not over and has no job left to move it (`rowlock verify` finds none, ever).
 *
 * Locks are taken in one order by everybody: rows of jobs, lock keys, rows of runs, rows of steps. The row of a run is
 * the turn: who holds it alone counts and decides. Who meets whom:
 * - finish × finish of two items on two workers: the second waits for the run's row, and its next statement sees the
 *   first one's count, so exactly one of them finds nothing remaining and joins.
 * - finish × failure of a sibling: whoever comes second sees `stopping` and only records; a finish that came first may
 *   have begun the next step, whose jobs the sweep then finds.
 * - finish × cancel of the run: as with a failure. Stopping takes rows of runs alone and sweeping begins with rows of
 *   jobs, so neither waits for a finish that waits for it.
 * - sweep × claim: both lock the job's row. A claim that comes first turns the cancel into a request to its worker; one
 *   that comes second skips the row, or finds it gone.
 * - sweep × begin of an item that waited for room: whoever has the run's row first; no item begins in a run that stops.
 * - sweep × finish: the finish deletes the job's row, and the sweep, which waited for it, finds none.
 * - sweep × retry, snooze, promote, park: the job is in one table or the other for any snapshot, and the sweep looks again
 *   until it finds none. A worker's answer that would let a job wait is refused once its cancel was requested.
 * - rescue × finish: decided by the fencing token on the job's row, before any run is looked at.
 * - sweep × sweep, undo × cancel: the second finds nothing to do; a run that is being undone is not stopped again.
 * - deadline × finish: as with a cancel; a finish that comes first may complete the run, which is then left alone.
 * - end of a child × its step being suspended: the step holds the child's row, so one sees what the other did.
 * - start of a child × stop of its parent: the start holds the parent's row; who stops it finds the child, or none is started.
 * - start × anything: the run is not seen before its first jobs are, in the same commit.
 * - retention × anything: it removes only runs that are over, and those have no jobs.
 */
export class Orchestrator implements RunListener {
  readonly #recorder: StepRecorder;
  readonly #single: SingleStepAdvancer;
  readonly #situations: RunSituations;
  readonly #advancer: RunAdvancer;
  readonly #compensator: Compensator;
  readonly #sweeper: RunSweeper;

  constructor(private readonly parts: OrchestratorParts) {
    const { database, engine, codec, pipelines, telemetry } = parts;
    this.#recorder = new StepRecorder(codec, pipelines);
    const known = new KnownResults();
    const planner = new StepPlanner(codec);
    this.#situations = new RunSituations(known);
    this.#advancer = new RunAdvancer(engine, planner, pipelines, this.#situations);
    this.#single = new SingleStepAdvancer({ database, planner, pipelines, known, telemetry });
    this.#compensator = new Compensator(engine);
    this.#sweeper = new RunSweeper({
      database,
      engine,
      telemetry,
      onCancelled: (tx, jobs) => this.#tellCancelled(tx, jobs),
      cancelBacklog: (tx, ids, limit) => this.#cancelBacklog(tx, ids, limit),
      stopChildren: (ids) => this.#stopChildren(ids),
    });
  }

  advance(
    on: StatementRunner,
    endings: readonly EndingOf<'complete'>[],
    taker: JobTaker | null,
  ): Promise<readonly Ending[]> {
    return this.#single.advance(on, endings, taker);
  }

  /** In the transaction that stores outcomes, after it has stored them. @returns what to call after the commit */
  settled(tx: StatementRunner, endings: readonly Ending[]): Promise<() => void> {
    return this.#ended(tx, stepEnds(endings));
  }

  /**
   * Who cancels jobs of runs, or asks their workers to, cancels the runs. In the transaction that does so, after it has
   * released their lock keys. @returns what to call after the commit
   */
  async cancelled(tx: StatementRunner, jobs: readonly CancelledJob[], reason: string): Promise<() => void> {
    const ids = [...new Set(jobs.flatMap(({ runId }) => runId ?? []))];
    if (ids.length === 0) return () => undefined;
    await HeldRuns.lock(tx, ids); // all of them at once, so that they are locked in one order
    const stopped = await this.#cancel(tx, ids, reason, false);
    const committed = await this.#tellCancelled(tx, jobs);
    return () => {
      committed();
      this.#sweeper.begin(stopped);
    };
  }

  /**
   * Stops runs that are running. Jobs that wait are cancelled when this returns, running ones have been told.
   * @returns the ids of those that were running
   */
  async cancelRuns(
    ids: readonly string[],
    reason: string,
    { undo = false }: { readonly undo?: boolean } = {},
  ): Promise<readonly string[]> {
    const { database } = this.parts;
    const stopped = await this.#cancel(database, ids, reason, undo);
    await this.#sweeper.sweep(ids);
    return stopped;
  }

  /** A run that ends between the look and its stop is left as it is. */
  async expire(limit: number): Promise<number> {
    const { database } = this.parts;
    const overdue = await database.run(findOverdueRuns, [limit]);
    if (overdue.length === 0) return 0;
    const expired = overdue.filter(({ stopping }) => !stopping);
    const reasons = expired.map(({ runId, name, timeoutMs }) => ({ runId, ...timedOut(name, timeoutMs) }));
    const stopped = expired.length > 0 ? await stop(database, reasons, 'failed', true) : [];
    const left = overdue.filter(({ stopping }) => stopping).map(({ runId }) => runId);
    await this.#sweeper.sweep([...stopped, ...left]);
    return overdue.length;
  }

  /** Resolves when nothing is under way that was begun after a commit. */
  idle(): Promise<void> {
    return this.#sweeper.idle();
  }

  async #ended(tx: StatementRunner, ends: readonly StepEnd[]): Promise<() => void> {
    if (ends.length === 0) return () => undefined;
    const held = await HeldRuns.lock(
      tx,
      ends.map(({ runId }) => runId),
    );
    const live = ends.filter(({ runId }) => held.has(runId));
    await this.#settleSteps(
      held,
      live.filter(({ undo }) => !undo),
    );
    await this.#compensator.settle(
      held,
      live.filter(({ undo }) => undo),
    );
    await this.#wakeParents(held);
    return () => this.#committed(held);
  }

  /** In the transaction that ends them: no step waits for a run that is over. */
  async #wakeParents(held: HeldRuns): Promise<void> {
    const children = held.ended.filter(({ id }) => held.get(id).parentId !== null).map(({ id }) => id);
    if (children.length > 0) await held.tx.run(wakeParents, [children, this.parts.database.jobChannel]);
  }

  async #settleSteps(held: HeldRuns, ends: readonly StepEnd[]): Promise<void> {
    if (ends.length === 0) return;
    const { finished, limited, runIds, failures } = await this.#recorder.record(held, ends);
    await this.#fail(held, failures);
    await releaseBacklog(
      held,
      this.parts.engine,
      limited.filter(({ runId }) => held.isRunning(runId)),
    );
    const advancing = finished.filter(({ runId }) => held.isRunning(runId));
    await this.#fail(held, await this.#advancer.advance(held, advancing));
    await this.#settleStopped(
      held,
      runIds.filter((id) => !held.isRunning(id)),
    );
  }

  /** Runs that are stopping are undone once no step of theirs has jobs left. */
  async #settleStopped(held: HeldRuns, stopped: readonly string[]): Promise<void> {
    if (stopped.length === 0) return;
    const idle = new Set((await held.tx.run(findIdleRuns, [stopped])).map(({ runId }) => runId));
    for (const id of stopped) if (!idle.has(id)) held.unswept.add(id);
    await this.#compensator.compensate(held, [...idle]);
  }

  async #fail(held: HeldRuns, failures: readonly RunFailure[]): Promise<void> {
    if (failures.length === 0) return;
    await stop(held.tx, failures, 'failed', true);
    for (const { runId } of failures) held.stop(runId, true);
  }

  /** Their own steps wait for them, and are over when they are: so what came last is undone first. */
  async #stopChildren(ids: readonly string[]): Promise<void> {
    const { database } = this.parts;
    const children = await database.run(findChildRuns, [ids]);
    if (children.length === 0) return;
    for (const undo of [true, false]) {
      const reasons = children
        .filter(({ undoes }) => undoes === undo)
        .map(({ id, parentId, reason }) => {
          const message = `run ${parentId}, of which it is a step, was stopped: ${reason ?? ''}`;
          return { runId: id, step: null, item: null, message };
        });
      if (reasons.length > 0) await stop(database, reasons, 'cancelled', undo);
    }
    await this.#sweeper.sweep(children.map(({ id }) => id));
  }

  #cancel(tx: StatementRunner, ids: readonly string[], message: string, undo: boolean): Promise<string[]> {
    const reasons = [...new Set(ids)].map((runId) => ({ runId, step: null, item: null, message }));
    return stop(tx, reasons, 'cancelled', undo);
  }

  async #tellCancelled(tx: StatementRunner, jobs: readonly CancelledJob[]): Promise<() => void> {
    const rows = await tx.run(findCancelledSteps, [jobs.map(({ id }) => id)]);
    return this.#ended(tx, rows.map(cancelled));
  }

  /** Looks once it has the rows of the runs: whoever had them before may have left more. */
  async #cancelBacklog(tx: StatementRunner, runIds: readonly string[], limit: number): Promise<(() => void) | null> {
    await HeldRuns.lock(tx, runIds);
    const items = await tx.run(dropBacklog, [runIds, limit]);
    if (items.length === 0) return null;
    const ends = items.map((item) => cancelled({ ...item, undo: false, reason: null }));
    return this.#ended(tx, ends);
  }

  #committed(held: HeldRuns): void {
    const { enqueuedIds, enqueuedNames, ended, unswept } = held;
    const { telemetry } = this.parts;
    this.#situations.remember(held);
    if (enqueuedIds.length > 0) telemetry.emit('job.enqueue', { ids: enqueuedIds, names: [...enqueuedNames] });
    for (const { id, name, state, message } of ended) {
      if (state === 'completed') telemetry.emit('run.complete', { id, name });
      else if (state === 'failed') telemetry.emit('run.fail', { id, name, reason: message });
      else telemetry.emit('run.cancel', { id });
    }
    this.#sweeper.begin(unswept);
  }
}

function cancelled(step: Pick<StepEnd, 'runId' | 'step' | 'item' | 'undo' | 'reason'>): StepEnd {
  return { ...step, verb: 'cancel', result: null, code: null, payload: null, payloadVersion: null };
}

/** Stops runs that are running, each for its own reason. @returns the ids of those that were */
async function stop(
  tx: StatementRunner,
  reasons: readonly (RunError & { readonly runId: string })[],
  ending: 'failed' | 'cancelled',
  undo: boolean,
): Promise<string[]> {
  const sorted = byRunId(reasons);
  const stopped = await tx.run(stopRuns, [
    sorted.map(({ runId }) => runId),
    sorted.map(() => ending),
    sorted.map(() => undo),
    sorted.map(({ step, item, message, code, timedOut }) => runErrorJson({ step, item, message, code, timedOut })),
  ]);
  return stopped.map(({ id }) => id);
}
