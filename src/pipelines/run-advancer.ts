import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import { completeRuns } from '../repositories/sql/complete-runs.js';
import { findStepResults } from '../repositories/sql/find-step-results.js';
import { startSteps } from '../repositories/sql/start-steps.js';
import { byRunId } from './by-run-id.js';
import type { HeldRuns } from './held-runs.js';
import type { KnownResults } from './known-results.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { RunFailure } from './run-failure.js';
import { stepPlace } from './step-place.js';
import type { NewStep, StepPlanner, StepResults } from './step-planner.js';
import { StepInputFault } from './step-planner.js';

/** A step that has just been completed. */
export interface FinishedStep {
  readonly runId: string;
  readonly step: string;
  /** JSON, if it was a single job. */
  readonly result: string | null;
}

/** A run whose next step is to begin. */
interface Next {
  readonly runId: string;
  readonly definition: PipelineDefinition;
  readonly position: number;
  readonly finished: FinishedStep;
}

/** Results of so many runs are in memory at once. */
const CHUNK = 250;

/** Begins the next steps of runs, and completes those that have none. A handful of statements for hundreds of runs. */
export class RunAdvancer {
  constructor(
    private readonly engine: Engine,
    private readonly planner: StepPlanner,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
    private readonly known: KnownResults,
  ) {}

  /** @param finished the steps that have just been completed, in runs that are running; @returns runs that cannot go on */
  async advance(held: HeldRuns, finished: readonly FinishedStep[]): Promise<RunFailure[]> {
    const failures: RunFailure[] = [];
    const next: Next[] = [];
    const over: FinishedStep[] = [];
    for (const step of finished) {
      const found = this.#next(held, step);
      if (found === null) over.push(step);
      else if ('message' in found) failures.push(found);
      else next.push(found);
    }
    for (let at = 0; at < next.length; at += CHUNK) {
      const outcome = await this.#begin(held, next.slice(at, at + CHUNK));
      failures.push(...outcome.failures);
      over.push(...outcome.over);
    }
    await this.#complete(held, over);
    return failures;
  }

  /** Remembers what these steps returned, and what their runs were given: only once that is committed is it true. */
  remember(held: HeldRuns): void {
    for (const { runId, step, result } of held.finished) {
      if (result !== null) this.known.remember(runId, step, result);
      if (!this.known.has(runId, 'input')) this.known.remember(runId, 'input', JSON.stringify(held.get(runId).input));
    }
  }

  #next(held: HeldRuns, finished: FinishedStep): Next | RunFailure | null {
    const { runId, step } = finished;
    const { name, version } = held.get(runId);
    const definition = this.pipelines.find(name, version);
    const position = definition ? definition.steps.findIndex((each) => each.name === step) + 1 : 0;
    if (!definition || position === 0) {
      const problem = `it ended in a process that does not know version ${version} of the pipeline`;
      return { runId, step, item: null, message: `${stepPlace(name, step)}: ${problem}` };
    }
    return position < definition.steps.length ? { runId, definition, position, finished } : null;
  }

  async #begin(
    held: HeldRuns,
    next: readonly Next[],
  ): Promise<{ readonly failures: RunFailure[]; readonly over: FinishedStep[] }> {
    const results = await this.#results(held, next);
    const failures: RunFailure[] = [];
    const over: FinishedStep[] = [];
    const steps: NewStep[] = [];
    const jobs: NewJob[] = [];
    for (const { runId, definition, position, finished } of next) {
      const plan = await this.planner.plan(definition, held.get(runId), position, results.get(runId) ?? {});
      if (plan instanceof StepInputFault) {
        const { step, item, problem } = plan;
        failures.push({ runId, step, item, message: `${stepPlace(definition.name, step, item)}: ${problem}` });
        continue;
      }
      steps.push(...plan.steps);
      for (const job of plan.jobs) jobs.push(job); // not spread: a fan-out may have more items than a call has arguments
      const last = plan.steps.at(-1);
      if (plan.jobs.length > 0) held.finished.push(finished);
      else if (last) over.push({ runId, step: last.step, result: null });
    }
    await this.#insert(held, steps, jobs);
    return { failures, over };
  }

  async #results(held: HeldRuns, next: readonly Next[]): Promise<ReadonlyMap<string, StepResults>> {
    const results = new Map<string, StepResults>();
    const unknown: string[] = [];
    for (const { runId, definition, position, finished } of next) {
      const earlier = definition.steps.slice(0, position - 1).map(({ name }) => name);
      const known = finished.result === null ? null : this.known.of(runId, earlier);
      const own = known && { [finished.step]: JSON.parse(finished.result ?? 'null') as unknown };
      results.set(runId, { input: held.get(runId).input, ...known, ...own });
      if (!known) unknown.push(runId);
    }
    const rows = unknown.length > 0 ? await held.tx.run(findStepResults, [unknown]) : [];
    const own = new Map(next.map(({ runId, finished }) => [runId, finished.step]));
    for (const { runId, step, result, skipped } of rows) {
      // What this transaction has stored is not true yet, and skipped items are no JSON.
      if (step !== own.get(runId) && !skipped) this.known.remember(runId, step, JSON.stringify(result));
      for (const item of skipped ?? []) (result as unknown[])[item] = undefined;
      Object.assign(results.get(runId) ?? {}, { [step]: result });
    }
    return results;
  }

  async #insert(held: HeldRuns, steps: readonly NewStep[], jobs: readonly NewJob[]): Promise<void> {
    if (steps.length === 0) return;
    await held.tx.run(startSteps, [
      steps.map(({ runId }) => runId),
      steps.map(({ step }) => step),
      steps.map(({ position }) => position),
      steps.map(({ kind }) => kind),
      steps.map(({ total }) => total),
    ]);
    await held.enqueue(this.engine, jobs);
  }

  async #complete(held: HeldRuns, over: readonly FinishedStep[]): Promise<void> {
    if (over.length === 0) return;
    for (const { runId } of over) this.known.forget(runId);
    const sorted = byRunId(over);
    const completed = await held.tx.run(completeRuns, [
      sorted.map(({ runId }) => runId),
      sorted.map(({ step }) => step),
    ]);
    for (const { id, name } of completed) held.ended.push({ id, name, state: 'completed', message: '' });
  }
}
