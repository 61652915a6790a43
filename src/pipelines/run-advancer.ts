import type { Engine } from '../engine/engine.js';
import { arrayLiteral } from '../engine/new-job.js';
import type { NewJob } from '../engine/new-job.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import { completeRuns } from '../repositories/sql/complete-runs.js';
import { byRunId } from './by-run-id.js';
import type { HeldRuns } from './held-runs.js';
import { insertSteps } from './insert-steps.js';
import { storeBacklog } from './item-backlog.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { orderOf } from './pipeline-order.js';
import type { RunFailure } from './run-failure.js';
import type { FinishedStep } from './run-situations.js';
import type { RunSituations } from './run-situations.js';
import { stepOf } from './step-of.js';
import { stepPlace } from './step-place.js';
import type { NewStep, StepPlanner } from './step-planner.js';
import { StepInputFault } from './step-input-fault.js';

/** A run of which steps are over. */
interface Advancing {
  readonly runId: string;
  readonly definition: PipelineDefinition;
  readonly finished: readonly FinishedStep[];
}

/** Results of so many runs are in memory at once. */
const CHUNK = 250;

/** Begins the next steps of runs, and completes those that have none. A handful of statements for hundreds of runs. */
export class RunAdvancer {
  constructor(
    private readonly engine: Engine,
    private readonly planner: StepPlanner,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
    private readonly situations: RunSituations,
  ) {}

  /** @param finished the steps that are over now, in runs that are running; @returns runs that cannot go on */
  async advance(held: HeldRuns, finished: readonly FinishedStep[]): Promise<RunFailure[]> {
    const failures: RunFailure[] = [];
    const advancing: Advancing[] = [];
    for (const [runId, steps] of stepsByRun(finished)) {
      const found = this.#advancing(held, runId, steps);
      if ('message' in found) failures.push(found);
      else advancing.push(found);
    }
    const complete: Advancing[] = [];
    for (let at = 0; at < advancing.length; at += CHUNK) {
      const outcome = await this.#begin(held, advancing.slice(at, at + CHUNK));
      failures.push(...outcome.failures);
      complete.push(...outcome.complete);
    }
    await this.#complete(held, complete);
    return failures;
  }

  #advancing(held: HeldRuns, runId: string, finished: readonly FinishedStep[]): Advancing | RunFailure {
    const { name, version } = held.get(runId);
    const definition = this.pipelines.find(name, version);
    const unknown = finished.find(({ step }) => !definition || !stepOf(definition, step));
    if (definition && !unknown) return { runId, definition, finished };
    const step = unknown?.step ?? '';
    const problem = `it ended in a process that does not know version ${version} of the pipeline`;
    return { runId, step, item: null, message: `${stepPlace(name, step)}: ${problem}` };
  }

  async #begin(
    held: HeldRuns,
    advancing: readonly Advancing[],
  ): Promise<{ readonly failures: RunFailure[]; readonly complete: Advancing[] }> {
    const situations = await this.situations.find(held.tx, advancing);
    const failures: RunFailure[] = [];
    const complete: Advancing[] = [];
    const steps: NewStep[] = [];
    const jobs: NewJob[] = [];
    const backlog: NewJob[] = [];
    for (const [index, run] of advancing.entries()) {
      const { progress, results } = situations[index] ?? { progress: new Map(), results: {} };
      const { runId, definition, finished } = run;
      const { input } = held.get(runId);
      const plan = await this.planner.plan(definition, held.get(runId), progress, { ...results, input });
      if (plan instanceof StepInputFault) {
        const { step, item, problem } = plan;
        failures.push({ runId, step, item, message: `${stepPlace(definition.name, step, item)}: ${problem}` });
        continue;
      }
      steps.push(...plan.steps);
      // Not spread: a fan-out may have more items than a call has arguments.
      for (const job of plan.jobs) jobs.push(job);
      for (const job of plan.backlog) backlog.push(job);
      if (plan.isComplete) complete.push(run);
      else held.finished.push(...finished);
    }
    await insertSteps(held.tx, steps);
    await held.enqueue(this.engine, jobs);
    await storeBacklog(held.tx, backlog);
    return { failures, complete };
  }

  async #complete(held: HeldRuns, complete: readonly Advancing[]): Promise<void> {
    if (complete.length === 0) return;
    for (const { runId } of complete) this.situations.forget(runId);
    const sorted = byRunId(complete);
    const completed = await held.tx.run(completeRuns, [
      sorted.map(({ runId }) => runId),
      sorted.map(({ definition }) => arrayLiteral(orderOf(definition).ends)),
    ]);
    for (const { id, name } of completed) held.ended.push({ id, name, state: 'completed', message: '' });
  }
}

function stepsByRun(finished: readonly FinishedStep[]): Map<string, FinishedStep[]> {
  const runs = new Map<string, FinishedStep[]>();
  for (const step of finished) {
    const steps = runs.get(step.runId);
    if (steps) steps.push(step);
    else runs.set(step.runId, [step]);
  }
  return runs;
}
