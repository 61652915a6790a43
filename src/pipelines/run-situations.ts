import type { StepState } from '../core/run-state.js';
import type { StatementRunner } from '../repositories/session.js';
import { findStepResults } from '../repositories/sql/find-step-results.js';
import { findStepStates } from '../repositories/sql/find-step-states.js';
import type { KnownResults } from './known-results.js';
import type { HeldRuns } from './held-runs.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { orderOf } from './pipeline-order.js';
import type { RunProgress } from './run-progress.js';
import { neededResults } from './run-progress.js';
import { stepOf } from './step-of.js';
import { isStreamed, withGaps } from './stored-results.js';
import type { StepResults } from './step-planner.js';
import { stepKey } from './step-key.js';

/** A step that is over now. */
export interface FinishedStep {
  readonly runId: string;
  readonly step: string;
  readonly state: StepState;
  /** JSON, if it was a single job and has a result. */
  readonly result: string | null;
}

/** Where a run stands, and what its steps returned of which callbacks ask. */
export interface RunSituation {
  readonly progress: RunProgress;
  readonly results: StepResults;
}

interface Run {
  readonly runId: string;
  readonly definition: PipelineDefinition;
  readonly finished: readonly FinishedStep[];
}

/** Finds out where runs stand of which steps are over now; asks the database only for what this process does not know. */
export class RunSituations {
  constructor(private readonly known: KnownResults) {}

  /** Remembers what the steps that are over returned, and what their runs were given: only once that is committed is it true. */
  remember(held: HeldRuns): void {
    for (const { runId, step, result } of held.finished) {
      if (result !== null) this.known.remember(runId, step, result);
      if (!this.known.has(runId, 'input')) this.known.remember(runId, 'input', JSON.stringify(held.get(runId).input));
    }
  }

  forget(runId: string): void {
    this.known.forget(runId);
  }

  /** In the order of the runs. The caller holds their rows, so that it stays as it is found. */
  async find(tx: StatementRunner, runs: readonly Run[]): Promise<readonly RunSituation[]> {
    const progress = await this.#progress(tx, runs);
    const results = await this.#results(tx, runs, progress);
    return runs.map(({ runId }) => {
      return { progress: progress.get(runId) ?? new Map(), results: results.get(runId) ?? {} };
    });
  }

  async #progress(tx: StatementRunner, runs: readonly Run[]): Promise<ReadonlyMap<string, RunProgress>> {
    const progress = new Map<string, Map<string, StepState>>();
    const unclear: string[] = [];
    for (const run of runs) {
      const clear = this.#atGate(run);
      progress.set(run.runId, clear ?? new Map<string, StepState>());
      if (!clear) unclear.push(run.runId);
    }
    if (unclear.length === 0) return progress;
    for (const { runId, step, state } of await tx.run(findStepStates, [unclear])) progress.get(runId)?.set(step, state);
    return progress;
  }

  /**
   * Where a run stands of which a step is over that comes before or after every other: that is clear by itself, if it is
   * clear too that nothing before it was skipped, because nothing can be, or because its result is known here. Else null.
   */
  #atGate({ runId, definition, finished: [finished, ...others] }: Run): Map<string, StepState> | null {
    const { gates, skippable } = orderOf(definition);
    if (!finished || others.length > 0 || !gates.has(finished.step)) return null;
    const before = stepOf(definition, finished.step)?.before ?? [];
    if (!before.every((name) => !skippable.has(name) || this.known.has(runId, name))) return null;
    return new Map([...before.map((name) => [name, 'completed'] as const), [finished.step, finished.state]]);
  }

  async #results(
    tx: StatementRunner,
    runs: readonly Run[],
    states: ReadonlyMap<string, RunProgress>,
  ): Promise<ReadonlyMap<string, StepResults>> {
    const results = new Map<string, StepResults>();
    const missing: { readonly runId: string; readonly step: string; readonly streamed: boolean }[] = [];
    for (const { runId, definition, finished } of runs) {
      const found = own(finished);
      results.set(runId, found);
      for (const step of neededResults(definition, states.get(runId) ?? new Map())) {
        if (step in found) continue;
        const known = this.known.of(runId, [step]);
        if (known) Object.assign(found, known);
        else missing.push({ runId, step, streamed: isStreamed(definition, step) });
      }
    }
    if (missing.length === 0) return results;
    const fresh = new Set(runs.flatMap(({ finished }) => finished.map(stepKey)));
    const rows = await tx.run(findStepResults, [
      missing.map(({ runId }) => runId),
      missing.map(({ step }) => step),
      missing.map(({ streamed }) => streamed),
    ]);
    for (const { runId, step, result, skipped } of rows) {
      // What this transaction has stored is not true yet, and skipped items are no JSON.
      if (!skipped && !fresh.has(stepKey({ runId, step }))) this.known.remember(runId, step, JSON.stringify(result));
      Object.assign(results.get(runId) ?? {}, { [step]: withGaps(result, skipped) });
    }
    return results;
  }
}

/** The results of single jobs that have just ended. */
function own(finished: readonly FinishedStep[]): StepResults {
  return Object.fromEntries(
    finished.flatMap(({ step, result }) => (result === null ? [] : [[step, JSON.parse(result) as unknown]])),
  );
}
