import { AttemptAbortedError, PayloadError } from '../core/errors.js';
import { ApprovalRejectedError, StepTimeoutError } from '../core/step-errors.js';
import { toStorableText } from '../core/json.js';
import { LIMITS } from '../core/limits.js';
import { Suspension } from '../core/steering.js';
import type { JobContext, JobRun } from '../registry/job-context.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import { escalateWait } from '../repositories/sql/escalate-wait.js';
import { expireAnswer } from '../repositories/sql/expire-answer.js';
import type { OpenedWait } from '../repositories/sql/open-wait.js';
import { openWait } from '../repositories/sql/open-wait.js';
import { refuseAnswer } from '../repositories/sql/refuse-answer.js';
import type { Events, Telemetry } from '../telemetry/events.js';
import { answerContract } from './answer-contract.js';
import type { WaitTerms } from './built-in/wait-terms.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { runOf } from './run-of.js';

/** A little more than is left: a job that is promoted in time must not find that it woke too early. */
const MARGIN_MS = 1;

/**
 * What jobs of steps do that wait for an answer from outside. The row of the wait is where they meet those who send one: both
 * insert it, or change it, so that one of the two comes first and the other sees what it did.
 */
export class StepWaits {
  constructor(
    private readonly database: Database,
    private readonly codec: PayloadCodec,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * The answer, as an instance of its class; suspends the job as long as there is none.
   * @throws ApprovalRejectedError; StepTimeoutError when the time is over
   */
  async answer(job: JobContext, kind: 'signal' | 'approve', terms: WaitTerms): Promise<object> {
    const run = runOf(job);
    for (;;) {
      const wait = await this.#open(job, kind, terms);
      if (wait.isNew && wait.outcome === null && kind === 'approve')
        this.#tell('approval.request', run, wait, wait.assignee);
      const answer = await this.#look(job, run, wait);
      if (answer) return answer;
      if (wait.outcome !== null || wait.leftMs <= 0) continue;
      if (await this.#escalate(run, wait, terms)) continue;
      const dueMs = Math.min(wait.leftMs, wait.escalateInMs ?? Infinity);
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- steering, as `job.snooze` is
      throw new Suspension(Math.ceil(dueMs) + MARGIN_MS, `waits for ${kind} ${run.step}`, run.step);
    }
  }

  async #open({ id, token }: JobContext, kind: string, terms: WaitTerms): Promise<OpenedWait> {
    const { timeoutMs, assignee = null, escalateMs = null } = terms;
    const [wait] = await this.database.run(openWait, [id, String(token), kind, timeoutMs, assignee, escalateMs]);
    if (wait) return wait;
    throw new AttemptAbortedError('LEASE_LOST', `Job ${id} belongs to another attempt; it waits there.`);
  }

  /** Null if there is no answer that counts, so far; one that comes while its time runs out does. */
  async #look(job: JobContext, run: JobRun, wait: OpenedWait): Promise<object | null> {
    switch (wait.outcome) {
      case 'answered':
        return this.#accept(job, run, wait);
      case 'rejected':
        throw new ApprovalRejectedError(run.id, run.step, wait.answeredBy ?? '', wait.reason);
      case 'expired':
        throw new StepTimeoutError(run.id, run.step);
      case null:
        if (wait.leftMs <= 0 && (await this.#expire(run))) throw new StepTimeoutError(run.id, run.step);
        return null;
    }
  }

  /** @returns whether it looks again: it was handed on, or answered meanwhile */
  async #escalate(run: JobRun, wait: OpenedWait, { escalateTo }: WaitTerms): Promise<boolean> {
    if (escalateTo === undefined || wait.escalateInMs === null || wait.escalateInMs > 0) return false;
    const escalated = await this.database.run(escalateWait, [run.id, run.step, escalateTo]);
    if (escalated.length > 0) this.#tell('approval.escalate', run, wait, escalateTo);
    return true;
  }

  #tell<Name extends 'approval.request' | 'approval.escalate'>(
    name: Name,
    { id, step }: JobRun,
    { pipeline }: OpenedWait,
    assignee: Events[Name]['assignee'],
  ): void {
    this.telemetry.emit(name, { runId: id, pipeline, step, assignee } as Events[Name]);
  }

  /** Null if it is not valid: it came from a process that does not know the class, which could not tell its sender. */
  async #accept(job: JobContext, { id, step }: JobRun, wait: OpenedWait): Promise<object | null> {
    const contract = answerContract(this.pipelines, wait, step);
    if (!contract) throw new Error(`Version ${wait.version} of pipeline "${wait.pipeline}" is not known here.`);
    try {
      return await this.codec.decode(contract, wait.payload);
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error;
      job.log.warn(`What was sent to step "${step}" was refused, and is waited for still. ${error.message}`);
      await this.database.run(refuseAnswer, [id, step, toStorableText(error.message, LIMITS.progressMessage)]);
      return null;
    }
  }

  /** @returns false if an answer came first */
  async #expire({ id, step }: JobRun): Promise<boolean> {
    return (await this.database.run(expireAnswer, [id, step])).length > 0;
  }
}
