import type { RunOrigin } from '../core/run-state.js';
import type { Engine } from '../engine/engine.js';
import { arrayLiteral, enqueueParams } from '../engine/new-job.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { completeRuns } from '../repositories/sql/complete-runs.js';
import { copySteps } from '../repositories/sql/copy-steps.js';
import type { StartParams } from '../repositories/sql/start-runs.js';
import { startRuns } from '../repositories/sql/start-runs.js';
import { storeBacklog } from './item-backlog.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { pipelineGraph } from './pipeline-graph.js';
import { orderOf } from './pipeline-order.js';
import { planRefusal } from './plan-refusal.js';
import type { RunProgress } from './run-progress.js';
import type { RunFacts } from './step-jobs.js';
import { pipelineKey } from './step-jobs.js';
import type { StepPlan, StepResults } from './step-planner.js';
import { StepInputFault } from './step-input-fault.js';
import { StepPlanner } from './step-planner.js';

/** A run that is about to be inserted. */
export interface RunDraft extends StepPlan {
  readonly run: RunFacts;
  readonly definition: PipelineDefinition;
  /** JSON text. */
  readonly input: string;
  readonly limits: RunLimits;
  /** What it repeats; null: nothing. */
  readonly origin: RunOrigin | null;
}

/** What a new run takes over from the one that it repeats. */
export interface TakenOver {
  readonly origin: RunOrigin;
  readonly progress: RunProgress;
  readonly results: StepResults;
}

/** What is asked of a run that none of its jobs need to know. */
export interface RunLimits {
  /** How long it may take; null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** Of the unfinished runs of its pipeline, one has it; null: there may be any number. */
  readonly uniqueKey: string | null;
}

/** More jobs are inserted in statements of their own. Of a batch of runs, all jobs are in one. */
const MAX_JOBS = 20;

/** Starts runs: validates the input and inserts the run with its first step and that step's jobs. */
export class RunStarter {
  readonly #planner: StepPlanner;
  /** Pipelines whose graphs are known to be stored. */
  readonly #stored = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly engine: Engine,
    private readonly codec: PayloadCodec,
  ) {
    this.#planner = new StepPlanner(codec);
  }

  /**
   * All that can go wrong without the database.
   * @param from what it begins with; null: nothing
   * @throws PayloadError, NotSerializableError, TooLargeError about the input or the first step's payload;
   * DefinitionError `PIPELINE_INVALID` if the first step's callback fails
   */
  async draft(
    definition: PipelineDefinition,
    input: unknown,
    facts: Omit<RunFacts, 'name' | 'version'>,
    limits: RunLimits,
    from: TakenOver | null = null,
  ): Promise<RunDraft> {
    const { name, version, inputClass } = definition;
    const run = { ...facts, name, version };
    const { json } = await this.codec.encode({ name, payloadClass: inputClass }, input);
    const results = { ...from?.results, input: JSON.parse(json) as unknown };
    const plan = await this.#planner.plan(definition, run, from?.progress ?? new Map(), results);
    if (plan instanceof StepInputFault) throw planRefusal(name, plan, 'started');
    return { run, definition, input: json, limits, origin: from?.origin ?? null, ...plan };
  }

  /** Whether one statement, and so no transaction, takes to insert it. */
  isSimple({ jobs, backlog, origin }: RunDraft): boolean {
    const areDue = jobs.every(({ delayMs, runAt }) => delayMs === null && runAt === null);
    return jobs.length > 0 && jobs.length <= MAX_JOBS && areDue && backlog.length === 0 && origin === null;
  }

  /**
   * Runs that are all simple, or one that is not, within a transaction.
   * @returns the ids of those that were inserted; a run whose id or unique key is taken is not
   */
  async insert(tx: StatementRunner, drafts: readonly RunDraft[]): Promise<ReadonlySet<string>> {
    const simple = drafts.every((draft) => this.isSimple(draft));
    const inserted = await tx.run(startRuns, this.#params(drafts, simple));
    const ids = new Set(inserted.map(({ id }) => id));
    if (simple) return ids;
    for (const { run, definition, jobs, backlog, origin } of drafts.filter(({ run }) => ids.has(run.id))) {
      if (origin) await tx.run(copySteps, [run.id, origin.run, origin.reused, JSON.stringify(origin)]);
      if (jobs.length > 0) await this.engine.enqueue(tx, jobs, true);
      else await tx.run(completeRuns, [[run.id], [arrayLiteral(orderOf(definition).ends)]]);
      await storeBacklog(tx, backlog);
    }
    return ids;
  }

  /** To be called once an insert has been committed: the graphs need not be looked for again. */
  committed(drafts: readonly RunDraft[]): void {
    for (const { run } of drafts) this.#stored.add(pipelineKey(run));
  }

  #params(drafts: readonly RunDraft[], withJobs: boolean): StartParams {
    return [
      ...enqueueParams(withJobs ? drafts.flatMap(({ jobs }) => jobs) : [], this.database.jobChannel),
      drafts.map(({ run }) => run.id),
      drafts.map(({ run }) => run.name),
      drafts.map(({ run }) => run.version),
      drafts.map(({ input }) => input),
      drafts.map(({ run }) => run.priority),
      drafts.map(({ run }) => arrayLiteral(run.tags)),
      drafts.map(({ run }) => run.owner),
      drafts.map(({ run }) => run.tenant),
      drafts.map(({ steps }) => JSON.stringify(steps)),
      drafts.map(({ limits }) => limits.timeoutMs),
      drafts.map(({ limits }) => limits.uniqueKey),
      JSON.stringify(this.#newGraphs(drafts)),
    ];
  }

  #newGraphs(drafts: readonly RunDraft[]): unknown[] {
    const definitions = new Map(drafts.map(({ definition }) => [pipelineKey(definition), definition]));
    return [...definitions]
      .filter(([key]) => !this.#stored.has(key))
      .map(([, definition]) => ({
        name: definition.name,
        version: definition.version,
        graph: pipelineGraph(definition),
      }));
  }
}
