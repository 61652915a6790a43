import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Duration } from '../core/duration.js';
import type { StepState } from '../core/run-state.js';
import { due } from '../engine/due.js';
import type { NewJob } from '../engine/new-job.js';
import type { EncodedPayload, PayloadCodec, PayloadContract } from '../registry/payload-codec.js';
import { callCallback } from './call-callback.js';
import { fitPayload } from './fit-payload.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { RunProgress } from './run-progress.js';
import { isComplete, isReady } from './run-progress.js';
import type { StepDefinition } from './step-definition.js';
import { describeError, kindOf, StepInputFault } from './step-input-fault.js';
import type { RunFacts } from './step-jobs.js';
import { definitionOf, sleepJob, stepJob } from './step-jobs.js';
import { storedKind } from './step-kind.js';

/** A step that is to begin, or is over without a job. */
export interface NewStep {
  readonly runId: string;
  readonly step: string;
  readonly position: number;
  /** Whether its jobs are one or many. */
  readonly kind: 'one' | 'each';
  readonly total: number;
  readonly state: 'running' | 'completed' | 'skipped';
}

/** What comes next in a run. */
export interface StepPlan {
  /** All that begin now; those that are over at once stand before those that come after them. */
  readonly steps: readonly NewStep[];
  readonly jobs: readonly NewJob[];
  /** Items of fan-outs that begin when others are over. */
  readonly backlog: readonly NewJob[];
  /** Whether all steps of the run are over then. */
  readonly isComplete: boolean;
}

/** The results of a run's steps by their names, `undefined` for one that was skipped; and its `input`. */
export type StepResults = Record<string, unknown>;

const TURN = 1_000;

/** Computes what comes next in a run: calls the callbacks of steps, and makes jobs out of what they return. */
export class StepPlanner {
  constructor(private readonly codec: PayloadCodec) {}

  /**
   * @param progress the steps that have begun
   * @param results of those that are over, and that callbacks ask for
   * @param isOver whether an item of a step that begins again need not
   */
  async plan(
    definition: PipelineDefinition,
    run: RunFacts,
    progress: RunProgress,
    results: StepResults,
    isOver: (step: string, item: number | null) => boolean = () => false,
  ): Promise<StepPlan | StepInputFault> {
    const then = new Map(progress);
    const known = { ...results };
    const steps: NewStep[] = [];
    const jobs: NewJob[] = [];
    const backlog: NewJob[] = [];
    for (let ready = readySteps(definition, then); ready.length > 0; ready = readySteps(definition, then)) {
      for (const { step, position } of ready) {
        const begun = await this.#begin(run, step, then, visible(step, known, ready.length > 1));
        if (begun instanceof StepInputFault) return begun;
        const { name, kind } = step;
        steps.push({
          runId: run.id,
          step: name,
          position,
          kind: storedKind(kind),
          total: begun.jobs.length,
          state: begun.state,
        });
        let room = step.concurrency ?? Infinity;
        // Not spread: a fan-out may have more items than a call has arguments.
        for (const job of begun.jobs) if (!isOver(name, job.run?.item ?? null)) (room-- > 0 ? jobs : backlog).push(job);
        then.set(name, begun.state);
        if (begun.state === 'completed') known[name] = step.results === 'stream' ? { count: 0 } : [];
      }
    }
    return { steps, jobs, backlog, isComplete: isComplete(definition, then) };
  }

  async #begin(
    run: RunFacts,
    step: StepDefinition,
    progress: RunProgress,
    results: StepResults,
  ): Promise<{ readonly state: NewStep['state']; readonly jobs: readonly NewJob[] } | StepInputFault> {
    const runs = isWanted(step, progress, results);
    if (runs instanceof StepInputFault) return runs;
    if (!runs) return { state: 'skipped', jobs: [] };
    const jobs = await this.#jobs(run, step, results);
    if (jobs instanceof StepInputFault) return jobs;
    return { state: jobs.length > 0 ? 'running' : 'completed', jobs };
  }

  /** The job of a single step, with its payload as its handler gets it; null if that takes waiting, or cannot be made. */
  single(
    run: RunFacts,
    step: StepDefinition,
    results: StepResults,
  ): { readonly job: NewJob; readonly payload: object } | null {
    const made = step.input && callCallback(step, 'callback', step.input, results);
    if (made === null || made instanceof StepInputFault) return null;
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
    const made = step.input === null ? results['input'] : callCallback(step, 'callback', step.input, results);
    if (made instanceof StepInputFault) return made;
    if (step.kind === 'sleep') return sleepUntil(run, step, made as Duration | Date);
    if (step.kind !== 'each') {
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

  #job(
    run: RunFacts,
    step: StepDefinition,
    item: number | null,
    made: unknown,
  ): NewJob | StepInputFault | Promise<NewJob | StepInputFault> {
    const invalid = (error: unknown): StepInputFault =>
      new StepInputFault(step.name, item, describeError(error), error);
    const accept = (encoded: EncodedPayload): NewJob => stepJob(run, step, item, asPayload(step, encoded));
    try {
      const encoded = fitPayload(this.codec, contractOf(step), made);
      return encoded instanceof Promise ? encoded.then(accept).catch(invalid) : accept(encoded);
    } catch (error) {
      return invalid(error);
    }
  }
}

/** What a step is given is judged as its handler has it, and what a child run is given as its pipeline has it. */
function contractOf({ handlerClass, child }: StepDefinition): PayloadContract {
  return child ? { name: child.name, payloadClass: child.inputClass } : definitionOf(handlerClass);
}

function asPayload({ child }: StepDefinition, encoded: EncodedPayload): EncodedPayload {
  return child ? { json: `{"input":${encoded.json}}`, payload: { input: encoded.payload } } : encoded;
}

function readySteps(
  { steps }: PipelineDefinition,
  progress: ReadonlyMap<string, StepState>,
): { readonly step: StepDefinition; readonly position: number }[] {
  return steps.flatMap((step, position) => (isReady(step, progress) ? { step, position } : []));
}

/**
 * What the callbacks of a step see, which is what the compiler let them see, also if more is over by now. Steps that begin
 * together get copies, so that a callback that changes what it sees changes it for no other.
 */
function visible({ reads }: StepDefinition, results: StepResults, copied: boolean): StepResults {
  const seen: StepResults = { input: results['input'] };
  for (const name of reads) seen[name] = results[name];
  return copied ? structuredClone(seen) : seen;
}

function sleepUntil(run: RunFacts, step: StepDefinition, until: Duration | Date): NewJob[] | StepInputFault {
  try {
    return [sleepJob(run, step, due(until, `The end of the sleep "${step.name}" of pipeline "${run.name}"`))];
  } catch (error) {
    return new StepInputFault(step.name, null, describeError(error), error);
  }
}

function isWanted(step: StepDefinition, progress: RunProgress, results: StepResults): boolean | StepInputFault {
  if (step.afterSkipped === 'skip' && step.after.some((name) => progress.get(name) === 'skipped')) return false;
  if (step.when === null) return true;
  const answer = callCallback(step, 'when', step.when, results);
  if (answer instanceof StepInputFault || typeof answer === 'boolean') return answer;
  return new StepInputFault(step.name, null, `its when returned ${kindOf(answer)}, and neither true nor false`);
}
