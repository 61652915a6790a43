import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NewJob } from '../engine/new-job.js';
import type { EncodedPayload, PayloadCodec } from '../registry/payload-codec.js';
import { fitPayload } from './fit-payload.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { StepDefinition } from './step-definition.js';
import type { RunFacts } from './step-jobs.js';
import { definitionOf, stepJob } from './step-jobs.js';

/** A step that is to begin. */
export interface NewStep {
  readonly runId: string;
  readonly step: string;
  readonly position: number;
  readonly kind: 'one' | 'each';
  readonly total: number;
}

/** What comes next in a run: steps that begin, all but the last of them fan-outs of nothing. No jobs: the run is over. */
export interface StepPlan {
  readonly steps: readonly NewStep[];
  readonly jobs: readonly NewJob[];
}

/** A step cannot begin, because its callback or what that made is no good. */
export class StepInputFault {
  constructor(
    readonly step: string,
    readonly item: number | null,
    /** In words that follow the names of pipeline, step and item. */
    readonly problem: string,
    readonly cause?: unknown,
  ) {}
}

/** The results of a run's steps by their names, and its `input`. */
export type StepResults = Record<string, unknown>;

const TURN = 1_000;

/** Computes what comes next in a run: calls the callbacks of steps, and makes jobs out of what they return. */
export class StepPlanner {
  constructor(private readonly codec: PayloadCodec) {}

  /** @param position of the step that is next, from 0 */
  async plan(
    definition: PipelineDefinition,
    run: RunFacts,
    position: number,
    results: StepResults,
  ): Promise<StepPlan | StepInputFault> {
    const steps: NewStep[] = [];
    for (const [offset, step] of definition.steps.slice(position).entries()) {
      const jobs = await this.#jobs(run, step, results);
      if (jobs instanceof StepInputFault) return jobs;
      const { name, kind } = step;
      steps.push({ runId: run.id, step: name, position: position + offset, kind, total: jobs.length });
      if (jobs.length > 0) return { steps, jobs };
      results[name] = [];
    }
    return { steps, jobs: [] };
  }

  /** The job of a single step, with its payload as its handler gets it; null if that takes waiting, or cannot be made. */
  single(
    run: RunFacts,
    step: StepDefinition,
    results: StepResults,
  ): { readonly job: NewJob; readonly payload: object } | null {
    const made = this.#call(step, results);
    if (made instanceof StepInputFault) return null;
    try {
      const encoded = fitPayload(this.codec, definitionOf(step.handlerClass), made);
      if (!(encoded instanceof Promise)) return { job: stepJob(run, step, null, encoded), payload: encoded.payload };
      void encoded.catch(() => undefined); // whoever calls again hears of it
      return null;
    } catch {
      return null;
    }
  }

  async #jobs(run: RunFacts, step: StepDefinition, results: StepResults): Promise<NewJob[] | StepInputFault> {
    const made = this.#call(step, results);
    if (made instanceof StepInputFault) return made;
    if (step.kind === 'one') {
      const job = await this.#job(run, step, null, made);
      return job instanceof StepInputFault ? job : [job];
    }
    if (!Array.isArray(made))
      return new StepInputFault(step.name, null, `its callback returned ${kindOf(made)}, and no array`);
    const jobs: NewJob[] = [];
    for (const [item, payload] of made.entries()) {
      const answer = this.#job(run, step, item, payload);
      const job = answer instanceof Promise ? await answer : answer;
      if (job instanceof StepInputFault) return job;
      if (jobs.push(job) % TURN === 0) await nextTurn(); // heartbeats and other handlers of this process have theirs too
    }
    return jobs;
  }

  #call(step: StepDefinition, results: StepResults): unknown {
    if (step.input === null) return results['input'];
    try {
      const made = step.input(results);
      if (!isThenable(made)) return made;
      void Promise.resolve(made).catch(() => undefined); // nobody else hears of its rejection
      return new StepInputFault(
        step.name,
        null,
        'its callback returned a promise; what must be awaited belongs in a handler',
      );
    } catch (error) {
      return new StepInputFault(step.name, null, `its callback threw ${describe(error)}`, error);
    }
  }

  #job(
    run: RunFacts,
    step: StepDefinition,
    item: number | null,
    made: unknown,
  ): NewJob | StepInputFault | Promise<NewJob | StepInputFault> {
    const invalid = (error: unknown): StepInputFault => new StepInputFault(step.name, item, describe(error), error);
    const accept = (encoded: EncodedPayload): NewJob => stepJob(run, step, item, encoded);
    try {
      const encoded = fitPayload(this.codec, definitionOf(step.handlerClass), made);
      return encoded instanceof Promise ? encoded.then(accept).catch(invalid) : accept(encoded);
    } catch (error) {
      return invalid(error);
    }
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : value === undefined ? 'nothing' : `a value of type ${typeof value}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
