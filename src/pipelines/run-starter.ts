import { RowlockError } from '../core/errors.js';
import type { Engine } from '../engine/engine.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { StatementRunner } from '../repositories/session.js';
import { completeRuns } from '../repositories/sql/complete-runs.js';
import { startRun } from '../repositories/sql/start-run.js';
import { invalidPipeline } from './invalid-pipeline.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { pipelineGraph } from './pipeline-graph.js';
import type { RunFacts } from './step-jobs.js';
import { pipelineKey } from './step-jobs.js';
import type { StepPlan } from './step-planner.js';
import { StepInputFault, StepPlanner } from './step-planner.js';

/** A run that is about to be inserted. */
export interface RunDraft extends StepPlan {
  readonly run: RunFacts;
  readonly definition: PipelineDefinition;
  /** JSON text. */
  readonly input: string;
}

/** Starts runs: validates the input and inserts the run with its first step and that step's jobs. */
export class RunStarter {
  readonly #planner: StepPlanner;
  /** Pipelines whose graphs are known to be stored. */
  readonly #stored = new Set<string>();

  constructor(
    private readonly engine: Engine,
    private readonly codec: PayloadCodec,
  ) {
    this.#planner = new StepPlanner(codec);
  }

  /**
   * All that can go wrong without the database.
   * @throws PayloadError, NotSerializableError, TooLargeError about the input or the first step's payload;
   * DefinitionError `PIPELINE_INVALID` if the first step's callback fails
   */
  async draft(
    definition: PipelineDefinition,
    input: unknown,
    facts: Omit<RunFacts, 'name' | 'version'>,
  ): Promise<RunDraft> {
    const { name, version, inputClass } = definition;
    const run = { ...facts, name, version };
    const { json } = await this.codec.encode({ name, payloadClass: inputClass }, input);
    const plan = await this.#planner.plan(definition, run, 0, { input: JSON.parse(json) as unknown });
    if (plan instanceof StepInputFault) throw refused(name, plan);
    return { run, definition, input: json, ...plan };
  }

  /** @returns false if a run of that id is there already; then nothing was inserted */
  async insert(tx: StatementRunner, { run, definition, input, steps, jobs }: RunDraft): Promise<boolean> {
    const { id, name, version, priority, tags, owner, tenant } = run;
    const graph = this.#stored.has(pipelineKey(run)) ? null : pipelineGraph(definition);
    const inserted = await tx.run(startRun, [
      ...([id, name, version, input, priority, tags, owner, tenant, graph] as const),
      steps.map(({ step }) => step),
      steps.map(({ position }) => position),
      steps.map(({ kind }) => kind),
      steps.map(({ total }) => total),
    ]);
    if (inserted.length === 0) return false;
    if (jobs.length > 0) await this.engine.enqueue(tx, jobs, true);
    else await tx.run(completeRuns, [[id], [steps.at(-1)?.step ?? '']]);
    return true;
  }

  /** To be called once an insert has been committed: the graph need not be looked for again. */
  committed(draft: RunDraft): void {
    this.#stored.add(pipelineKey(draft.run));
  }
}

/** A bad payload says so itself; what a callback throws is wrapped, so that pipeline and step are named. */
function refused(pipeline: string, { step, problem, cause }: StepInputFault): unknown {
  return cause instanceof RowlockError
    ? cause
    : invalidPipeline({ pipeline, step }, `the run was not started: ${problem}.`, cause);
}
