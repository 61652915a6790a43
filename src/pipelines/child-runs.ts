import { milliseconds } from '../core/duration.js';
import { AttemptAbortedError } from '../core/errors.js';
import { isRunOver } from '../core/run-state.js';
import { ChildRunFailedError } from '../core/step-errors.js';
import { Suspension } from '../core/steering.js';
import type { JobContext } from '../registry/job-context.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import { runnerOf } from '../repositories/session.js';
import { adoptRun } from '../repositories/sql/adopt-run.js';
import type { ChildRunRow } from '../repositories/sql/find-child-run.js';
import { findChildRun } from '../repositories/sql/find-child-run.js';
import type { Telemetry } from '../telemetry/events.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { runOf } from './run-of.js';
import type { RunDraft, RunStarter } from './run-starter.js';
import { stepOf } from './step-of.js';
import { tellStarted } from './tell-started.js';

/** Nothing but the end of the child ends the wait; after so long it is looked at. */
const LOOK_MS = milliseconds('30d');

/**
 * What jobs of steps do that run other pipelines. The child has the id of the job: so it is started once, whatever becomes of
 * the attempt that starts it, and each finds the other by its primary key.
 */
export class ChildRuns {
  constructor(
    private readonly database: Database,
    private readonly starter: RunStarter,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * The child's output; starts it, and suspends the job as long as it is not over.
   * @throws ChildRunFailedError; PayloadError if the first step of the child cannot be made; Cancel if it was cancelled
   */
  async output(job: JobContext, input: unknown): Promise<unknown> {
    const { step } = runOf(job);
    for (;;) {
      const [child] = await this.database.run(findChildRun, [job.id]);
      if (!child) throw new AttemptAbortedError('LEASE_LOST', `Job ${job.id} belongs to another attempt.`);
      if (child.state === null) await this.#start(job, this.#definition(child, step), child, input);
      else if (isRunOver(child.state)) return this.#ended(job, this.#definition(child, step), child);
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- steering, as `job.snooze` is
      else throw new Suspension(LOOK_MS, `waits for run ${job.id}`, step);
    }
  }

  #ended(job: JobContext, { name }: PipelineDefinition, { state, output, error }: ChildRunRow): unknown {
    if (state === 'completed') return output;
    const reason = error?.message ?? 'no reason was given';
    if (state === 'cancelled') throw job.cancel(`run ${job.id} of pipeline "${name}" was cancelled: ${reason}`);
    throw new ChildRunFailedError(job.id, name, reason);
  }

  async #start(job: JobContext, definition: PipelineDefinition, parent: ChildRunRow, input: unknown): Promise<void> {
    const { priority, tags, owner, tenant } = parent;
    const facts = { id: job.id, priority, tags, owner, tenant };
    const draft = await this.starter.draft(definition, input, facts, { timeoutMs: null, uniqueKey: null });
    if (!(await this.#insert(job, draft))) return;
    this.starter.committed([draft]);
    tellStarted(this.telemetry, draft.run, draft.jobs);
  }

  /** @returns false if another attempt has started it */
  #insert(job: JobContext, draft: RunDraft): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const tx = runnerOf(this.database, manager);
      const inserted = await this.starter.insert(tx, [draft]);
      if (!inserted.has(draft.run.id)) return false;
      const adopted = await tx.run(adoptRun, [job.id, String(job.token)]);
      if (adopted.length === 0) throw job.cancel('its run is being stopped');
      return true;
    });
  }

  #definition({ pipeline, version }: ChildRunRow, step: string): PipelineDefinition {
    const definition = this.pipelines.find(pipeline, version);
    const child = definition && stepOf(definition, step)?.child;
    if (child) return child;
    throw new Error(`Version ${version} of pipeline "${pipeline}" is not known here.`);
  }
}
