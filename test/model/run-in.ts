import type { ModelJob } from './model-job.js';
import { NOWHERE } from './model-job.js';
import { SHAPES, type ModelPipelineStep, type StepResult } from './model-pipelines.js';
import type { Model } from './model.js';
import { WEEK_MS } from './model.js';
import type { ModelRun, ModelRunError, ModelStep, StepEnd } from './model-run.js';
import { REVERT, REVERT_LOCK, REVERT_QUEUE, stepNumber, WORK, WORK_QUEUE } from './pipelines.js';

const ATTEMPTS = 3;

/** Begins all steps that can, skips those that are not wanted, and completes the run if nothing is left of it. */
export function advance(model: Model, run: ModelRun): void {
  const shape = shapeOf(run);
  for (let ready = readySteps(model, run); ready.length > 0; ready = readySteps(model, run)) {
    for (const step of ready) {
      const wanted = step.when(run.input.n);
      addStep(model, run, shape.indexOf(step), step.name, wanted);
      if (!wanted) continue;
      const payload = payloadOf(model, run, step.name);
      addJob(model, run, { name: WORK, queue: WORK_QUEUE, lockKey: null, payload, step: step.name, meta: null });
    }
  }
  if (!shape.every(({ name }) => isOver(model.step(run.id, name)))) return;
  const output = model.step(run.id, shape.at(-1)?.name ?? '')?.result ?? null;
  Object.assign(run, { state: 'completed', output, finishedAt: model.now, pruneAt: model.now + WEEK_MS });
}

/** Jobs of steps are over that one transaction has stored: what follows in their runs. */
export function endSteps(model: Model, ends: readonly StepEnd[]): void {
  const live = ends.filter(({ run }) => model.run(run).finishedAt === null);
  const runs = [...new Set(live.filter(({ undo }) => !undo).map(({ run }) => model.run(run)))];
  const wasRunning = new Set(runs.filter(({ state }) => state === 'running'));
  const failures = new Map<ModelRun, StepEnd>();
  for (const end of live) {
    if (end.undo) continue;
    const run = model.run(end.run);
    const state = recordStep(model, run, end, wasRunning.has(run));
    if (state === 'failed' && wasRunning.has(run) && !failures.has(run)) failures.set(run, end);
  }
  for (const [run, end] of failures) stop(model, run, 'failed', true, failureOf(run, end));
  for (const run of runs) {
    if (run.state === 'running') advance(model, run);
    else if (model.stepsOf(run.id).every(({ remaining }) => remaining === 0)) compensate(model, run);
  }
  for (const end of live) if (end.undo) recordUndo(model, end);
}

/** Somebody cancels jobs of runs, or asks their workers to: that stops the runs. */
export function cancelSteps(model: Model, jobs: readonly ModelJob[], reason: string): void {
  const ofRuns = jobs.filter(({ run }) => run !== null);
  for (const { run } of ofRuns) if (run !== null) cancelRun(model, model.run(run), reason, false);
  endSteps(model, ofRuns.filter(({ state }) => state === 'cancelled').map(cancelledEnd));
}

/** @returns whether it was running */
export function cancelRun(model: Model, run: ModelRun, message: string, undo: boolean): boolean {
  return stop(model, run, 'cancelled', undo, { step: null, item: null, message });
}

/** Runs fail that are not over by their deadlines. @returns how many */
export function expire(model: Model): number {
  const overdue = [...model.runs.values()].filter(
    ({ state, deadlineAt }) => state === 'running' && deadlineAt !== null && deadlineAt <= model.now,
  );
  for (const run of overdue) {
    const forMs = (run.deadlineAt ?? 0) - run.createdAt;
    const message = `pipeline "${run.pipeline}": it was not over ${forMs} ms after its start, as its timeout asks`;
    stop(model, run, 'failed', true, { step: null, item: null, message, timedOut: true });
  }
  return overdue.length;
}

/** What stopped runs have left: what waits is cancelled, what runs is asked to stop. */
export function sweep(model: Model): void {
  for (const run of model.runs.values()) {
    if (run.state !== 'stopping') continue;
    const left = model.unfinished().filter((job) => job.run === run.id);
    const waiting = left.filter(({ state }) => state !== 'running');
    const reason = run.error?.message ?? '';
    for (const job of left) {
      if (job.state !== 'running') model.finish(job, 'cancelled', { reason });
      else if (job.cancelRequestedAt === null)
        Object.assign(job, { cancelRequestedAt: model.now, cancelReason: reason });
    }
    model.release(waiting);
    endSteps(model, waiting.map(cancelledEnd));
  }
}

function readySteps(model: Model, run: ModelRun): ModelPipelineStep[] {
  return shapeOf(run).filter(
    ({ name, after }) => !model.step(run.id, name) && after.every((earlier) => isOver(model.step(run.id, earlier))),
  );
}

const isOver = (step: ModelStep | undefined): boolean => step !== undefined && step.state !== 'running';

const shapeOf = ({ pipeline }: ModelRun): readonly ModelPipelineStep[] => SHAPES[pipeline] ?? [];

function addStep(model: Model, run: ModelRun, position: number, step: string, wanted: boolean): void {
  const jobs = wanted ? 1 : 0;
  model.steps.set(`${run.id}.${step}`, {
    run: run.id, step, position, startedAt: model.now, total: jobs, remaining: jobs, state: wanted ? 'running' : 'skipped',
    failed: 0, result: null, undo: false, undoable: 0, undoState: null, undoRemaining: 0, finishedAt: wanted ? null : model.now,
  }); // prettier-ignore
}

type OfRun = Pick<ModelJob, 'name' | 'queue' | 'lockKey' | 'payload' | 'meta'> & { readonly step: string };

function addJob(model: Model, run: ModelRun, own: OfRun): void {
  const job: ModelJob = {
    ...NOWHERE, ...own, id: jobName(run.id, own.step, own.meta !== null), run: run.id, pipeline: run.pipeline, tenant: '', uniqueKey: null,
    createdAt: model.now, state: 'available', seq: 0, priority: 5, attempt: 0, maxAttempts: ATTEMPTS, timeoutMs: null, keepMs: null,
    tags: [], errors: [], progress: null, progressMessage: null, availableAt: model.now,
  }; // prettier-ignore
  model.jobs.set(job.id, job);
  model.queued.push({ job, group: job.id });
}

/** The name of the job that does a step of a run, or undoes it. */
export const jobName = (run: string, step: string, undo: boolean): string => `${run}.${step}${undo ? ' undone' : ''}`;

function recordStep(model: Model, run: ModelRun, end: StepEnd, isRunning: boolean): ModelStep['state'] {
  const step = model.step(run.id, end.step);
  const shape = shapeOf(run).find(({ name }) => name === end.step);
  if (!step || !shape) throw new Error(`no step ${end.step} of ${run.id} has begun`);
  const isLast = shape === shapeOf(run).at(-1);
  const undo = end.verb === 'complete' && shape.undo && !(isLast && isRunning);
  const state = stateAfter(end, shape, isRunning);
  const result = state === 'substituted' ? (shape.onFailure as { substitute: unknown }).substitute : end.result;
  const failed = state === 'failed' || state === 'skipped' || state === 'substituted' ? 1 : 0;
  Object.assign(step, { state, result, undo, undoable: undo ? 1 : 0, failed, remaining: 0, finishedAt: model.now });
  return state;
}

function stateAfter({ verb }: StepEnd, { onFailure }: ModelPipelineStep, isRunning: boolean): ModelStep['state'] {
  if (verb === 'complete') return 'completed';
  if (!isRunning) return verb === 'discard' ? 'failed' : 'cancelled';
  if (onFailure === 'fail') return 'failed';
  return onFailure === 'skip' ? 'skipped' : 'substituted';
}

function failureOf({ pipeline }: ModelRun, { step, verb, reason, code }: StepEnd): ModelRunError {
  const what = verb === 'discard' ? 'was discarded' : 'was cancelled by its handler';
  const message = `pipeline "${pipeline}", step "${step}": its job ${what}: ${reason ?? ''}`;
  return { step, item: null, message, ...(code === null ? {} : { code }) };
}

function stop(
  model: Model,
  run: ModelRun,
  endsAs: 'failed' | 'cancelled',
  undoes: boolean,
  error: ModelRunError,
): boolean {
  if (run.state !== 'running') return false;
  Object.assign(run, { state: 'stopping', endsAs, undoes, error });
  for (const step of model.stepsOf(run.id)) if (step.state === 'running') step.state = 'cancelled';
  return true;
}

/** The last step that was completed and is not undone yet is undone next; if there is none, the run is over. */
function compensate(model: Model, run: ModelRun): void {
  const left = model.stepsOf(run.id).filter(({ undoable, undoState }) => undoable > 0 && undoState === null);
  const next = run.undoes ? left.sort((a, b) => b.position - a.position)[0] : undefined;
  if (!next) {
    Object.assign(run, { state: run.endsAs, finishedAt: model.now, pruneAt: model.now + WEEK_MS });
    return;
  }
  run.state = 'compensating';
  Object.assign(next, { undoState: 'running', undoRemaining: 1 });
  const payload = { payload: payloadOf(model, run, next.step), result: next.result };
  const meta = { undo: true };
  addJob(model, run, { name: REVERT, queue: REVERT_QUEUE, lockKey: REVERT_LOCK, payload, step: next.step, meta });
}

/** What a step is given. */
function payloadOf(model: Model, run: ModelRun, step: string): { readonly n: number } {
  const after = shapeOf(run).find(({ name }) => name === step)?.after ?? [];
  const results = after.map((name) => model.step(run.id, name)?.result as StepResult | null | undefined);
  return {
    n: stepNumber(
      run.input.n,
      results.map((result) => result ?? undefined),
    ),
  };
}

function recordUndo(model: Model, { run: id, step: name, verb, reason }: StepEnd): void {
  const run = model.run(id);
  const step = model.step(id, name);
  if (!step || !run.error) throw new Error(`${name} of ${id} is not being undone`);
  Object.assign(step, { undoRemaining: 0, undoState: verb === 'complete' ? 'completed' : 'failed' });
  if (verb !== 'complete') {
    const note = { step: name, item: null, message: reason ?? '' };
    run.error = { ...run.error, notUndone: [...(run.error.notUndone ?? []), note] };
  }
  compensate(model, run);
}

function cancelledEnd({ run, step, meta, reason }: ModelJob): StepEnd {
  const at = { run: run ?? '', step: step ?? '', undo: meta?.['undo'] === true };
  return { ...at, verb: 'cancel', result: null, reason, code: null };
}
