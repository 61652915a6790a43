import { NIL } from 'uuid';
import type { EndingOf } from '../engine/ending.js';
import type { HandedJob, JobTaker } from '../engine/job-taker.js';
import type { NewJob } from '../engine/new-job.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import type { AdvancedRow, AdvanceParams } from '../repositories/sql/advance-runs.js';
import { advanceRuns } from '../repositories/sql/advance-runs.js';
import type { Telemetry } from '../telemetry/events.js';
import type { KnownResults } from './known-results.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { orderOf } from './pipeline-order.js';
import type { StepDefinition } from './step-definition.js';
import { stepOf } from './step-of.js';
import type { StepPlanner } from './step-planner.js';

type Completed = EndingOf<'complete'>;

/** A completed single job, with what follows it. */
interface Move {
  readonly ending: Completed;
  readonly runId: string;
  readonly step: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Null: the run is over. */
  readonly next: NextJob | null;
}

interface NextJob {
  readonly job: NewJob;
  readonly payload: object;
  readonly step: StepDefinition;
  readonly position: number;
}

export interface SingleStepAdvancerParts {
  readonly database: Database;
  readonly planner: StepPlanner;
  readonly pipelines: PipelineRegistry<PipelineDefinition>;
  readonly known: KnownResults;
  readonly telemetry: Telemetry;
}

/**
 * The short way for the plainest of steps: one that was a single job, and is followed by one such step that waits for nothing
 * else, or ends its run because it comes after all others. One statement for hundreds of them. Whatever is not as plain is
 * left to the long way, unchanged: fan-outs, joins and branchings, conditions, undo handlers, lock keys, callbacks that fail
 * or that read what this process does not know, runs that are being stopped.
 */
export class SingleStepAdvancer {
  constructor(private readonly parts: SingleStepAdvancerParts) {}

  /** @returns those that are stored, with all that follows */
  async advance(
    on: StatementRunner,
    endings: readonly Completed[],
    taker: JobTaker | null,
  ): Promise<readonly Completed[]> {
    const moves = this.#moves(endings);
    if (moves.length === 0) return [];
    const handed = moves.map(({ next }) => next !== null && (taker?.reserve(next.job.queue) ?? false));
    const reserved = handed.filter(Boolean).length;
    let jobs: readonly HandedJob[] = [];
    try {
      const params = advanceParams(moves, handed, taker, this.parts.database.jobChannel);
      const [row] = await on.run(advanceRuns, params);
      if (!row) return [];
      const done = row.accepted ? accepted(moves, row.accepted) : moves;
      jobs = handedJobs(done, new Set(moves.filter((_, at) => handed[at])), row, taker);
      this.#committed(done, jobs, taker);
      return done.map(({ ending }) => ending);
    } finally {
      taker?.take(jobs, reserved);
    }
  }

  /** In the order of the jobs' ids, each once. */
  #moves(endings: readonly Completed[]): Move[] {
    const moves = new Map<string, Move>();
    for (const ending of endings) {
      const move = moves.has(ending.attempt.id) ? null : this.#move(ending);
      if (move) moves.set(ending.attempt.id, move);
    }
    return [...moves.values()].sort((a, b) => (a.ending.attempt.id < b.ending.attempt.id ? -1 : 1));
  }

  #move(ending: Completed): Move | null {
    const { runId, step, item, meta, pipeline } = ending.attempt.row;
    if (runId === null || step === null || pipeline === null || item !== null || meta !== null) return null;
    if (ending.attempt.hasCheckpoints) return null;
    const definition = this.parts.pipelines.findByKey(pipeline);
    const own = definition && stepOf(definition, step);
    if (!definition || !own || own.kind !== 'one' || own.undo) return null;
    const move = { ending, runId, step, pipeline: definition.name };
    if (own.before.length + 1 === definition.steps.length) return { ...move, next: null };
    const position = orderOf(definition).successors.get(step) ?? null;
    const following = position === null ? undefined : definition.steps[position];
    const next = following && position !== null ? this.#next(definition, following, position, ending) : null;
    return next && { ...move, next };
  }

  #next(
    { name, version }: PipelineDefinition,
    step: StepDefinition,
    position: number,
    { attempt: { row }, outcome }: Completed,
  ): NextJob | null {
    const results = this.parts.known.reader(row.runId ?? '', step.reads, row.step ?? '', outcome.result);
    // What a job takes from its run is in the row of the job before: the statement copies it from there.
    const run = { id: row.runId ?? '', name, version, priority: null, tags: [], owner: null, tenant: '' };
    const made = this.parts.planner.single(run, step, results.values);
    if (made === null || results.missed || made.job.lockKey !== null) return null;
    return { ...made, step, position };
  }

  #committed(done: readonly Move[], jobs: readonly HandedJob[], taker: JobTaker | null): void {
    const { known, telemetry } = this.parts;
    const started: NewJob[] = [];
    for (const { runId, step, pipeline, next, ending } of done) {
      if (next) {
        known.remember(runId, step, ending.outcome.result);
        started.push(next.job);
        continue;
      }
      known.forget(runId);
      telemetry.emit('run.complete', { id: runId, name: pipeline });
    }
    if (started.length === 0) return;
    const names = [...new Set(started.map(({ name }) => name))];
    const claimed = jobs.length === started.length;
    telemetry.emit('job.enqueue', { ids: started.map(({ id }) => id), names, claimed });
    if (taker && jobs.length > 0)
      telemetry.emit('job.claim', { workerId: taker.workerId, count: jobs.length, parked: 0, ms: 0 });
  }
}

function accepted(moves: readonly Move[], ids: readonly string[]): readonly Move[] {
  const those = new Set(ids);
  return moves.filter(({ ending }) => those.has(ending.attempt.id));
}

/** One array a column: of the jobs that ended, of the few kinds of those that follow, of the runs that end. */
function advanceParams(
  moves: readonly Move[],
  handed: readonly boolean[],
  taker: JobTaker | null,
  channel: string,
): AdvanceParams {
  const kinds = new Map<StepDefinition, { readonly kind: number } & NextJob>();
  for (const { next } of moves)
    if (next && !kinds.has(next.step)) kinds.set(next.step, { ...next, kind: kinds.size + 1 });
  const all = [...kinds.values()];
  const over = moves
    .flatMap(({ runId, next }, at) => (next ? [] : [{ runId, place: at + 1 }]))
    .sort((a, b) => (a.runId < b.runId ? -1 : 1));
  return [
    moves.map(({ ending }) => ending.attempt.id),
    moves.map(({ ending }) => ending.attempt.token),
    `[${moves.map(({ ending }) => ending.outcome.result).join()}]`,
    moves.map(({ next }) => next?.job.id ?? NIL),
    moves.map(({ next }) => (next && kinds.get(next.step)?.kind) ?? 0),
    `[${moves.map(({ next }) => next?.job.payload ?? 'null').join()}]`,
    handed,
    all.map(({ step }) => step.name),
    all.map(({ position }) => position),
    all.map(({ job }) => job.name),
    all.map(({ job }) => job.queue),
    all.map(({ job }) => job.priority),
    all.map(({ job }) => job.maxAttempts),
    all.map(({ job }) => job.timeoutMs),
    all.map(({ job }) => job.keepMs),
    taker?.workerId ?? null,
    taker?.defaultTimeoutMs ?? 0,
    taker?.slackMs ?? 0,
    over.map(({ runId }) => runId),
    over.map(({ place }) => place),
    channel,
    all.map(({ job }) => job.payloadVersion),
  ];
}

/** The jobs that are the taker's now, as a claim would have given them. */
function handedJobs(
  done: readonly Move[],
  handed: ReadonlySet<Move>,
  { token, notHanded, prioritized, createdAt }: AdvancedRow,
  taker: JobTaker | null,
): HandedJob[] {
  if (token === null || !taker) return [];
  const left = new Set(notHanded);
  const prior = new Set(prioritized);
  return done.flatMap((move) => {
    const { next, ending } = move;
    if (!next || !handed.has(move) || left.has(next.job.id)) return [];
    const { job, payload } = next;
    const before = ending.attempt.row;
    const row = {
      id: job.id,
      name: job.name,
      queue: job.queue,
      priority: prior.has(job.id) ? before.priority : job.priority,
      get payload(): unknown {
        return JSON.parse(job.payload) as unknown;
      },
      attempt: 1,
      maxAttempts: job.maxAttempts,
      timeoutMs: job.timeoutMs ?? taker.defaultTimeoutMs,
      lockKey: null,
      tags: before.tags,
      meta: null,
      pipeline: before.pipeline,
      runId: before.runId,
      step: next.step.name,
      item: null,
      createdAt,
      waitMs: 0,
      token,
      payloadVersion: job.payloadVersion,
    };
    return [{ row, payload }];
  });
}
