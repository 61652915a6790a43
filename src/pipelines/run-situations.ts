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
import type { StepResults } from './step-planner.js';

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
    const situations = runs.map((run) => this.#atGate(run));
    const unclear = runs.filter((_, index) => !situations[index]);
    if (unclear.length === 0) return situations.flatMap((situation) => situation ?? []);
    const states = await this.#states(tx, unclear);
    const results = await this.#results(tx, unclear, states);
    return runs.map(({ runId }, index) => {
      return situations[index] ?? { progress: states.get(runId) ?? new Map(), results: results.get(runId) ?? {} };
    });
  }

  /**
   * Where a run stands of which a step is over that comes before or after every other: that is clear by itself. Null if
   * what the steps before it returned is not all known here; of one that was skipped nothing ever is.
   */
  #atGate({ runId, definition, finished: [finished, ...others] }: Run): RunSituation | null {
    if (!finished || others.length > 0 || !orderOf(definition).gates.has(finished.step)) return null;
    if (finished.state !== 'skipped' && finished.result === null) return null;
    const before = stepOf(definition, finished.step)?.before ?? [];
    const results = this.known.of(runId, before);
    if (!results) return null;
    const progress = new Map<string, StepState>(before.map((name) => [name, 'completed']));
    progress.set(finished.step, finished.state);
    return { progress, results: { ...results, ...own([finished]) } };
  }

  async #states(tx: StatementRunner, runs: readonly Run[]): Promise<ReadonlyMap<string, Map<string, StepState>>> {
    const states = new Map(runs.map(({ runId }) => [runId, new Map<string, StepState>()]));
    for (const { runId, step, state } of await tx.run(findStepStates, [[...states.keys()]])) {
      states.get(runId)?.set(step, state);
    }
    return states;
  }

  async #results(
    tx: StatementRunner,
    runs: readonly Run[],
    states: ReadonlyMap<string, RunProgress>,
  ): Promise<ReadonlyMap<string, StepResults>> {
    const results = new Map<string, StepResults>();
    const missing: { readonly runId: string; readonly step: string }[] = [];
    for (const { runId, definition, finished } of runs) {
      const found = own(finished);
      results.set(runId, found);
      for (const step of neededResults(definition, states.get(runId) ?? new Map())) {
        if (step in found) continue;
        const known = this.known.of(runId, [step]);
        if (known) Object.assign(found, known);
        else missing.push({ runId, step });
      }
    }
    if (missing.length === 0) return results;
    const fresh = new Set(runs.flatMap(({ finished }) => finished.map(({ runId, step }) => `${runId} ${step}`)));
    const rows = await tx.run(findStepResults, [missing.map(({ runId }) => runId), missing.map(({ step }) => step)]);
    for (const { runId, step, result, skipped } of rows) {
      // What this transaction has stored is not true yet, and skipped items are no JSON.
      if (!skipped && !fresh.has(`${runId} ${step}`)) this.known.remember(runId, step, JSON.stringify(result));
      for (const item of skipped ?? []) (result as unknown[])[item] = undefined;
      Object.assign(results.get(runId) ?? {}, { [step]: result });
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
