import { AttemptAbortedError, PayloadError, StepTimeoutError } from '../core/errors.js';
import { toStorableText } from '../core/json.js';
import { LIMITS } from '../core/limits.js';
import { Suspension } from '../core/steering.js';
import type { JobContext, JobRun } from '../registry/job-context.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import { expireAnswer } from '../repositories/sql/expire-answer.js';
import type { OpenedWait } from '../repositories/sql/open-wait.js';
import { openWait } from '../repositories/sql/open-wait.js';
import { refuseAnswer } from '../repositories/sql/refuse-answer.js';
import { answerContract } from './answer-contract.js';
import type { WaitTerms } from './built-in/wait-terms.js';
import type { PipelineDefinition } from './pipeline-definition.js';

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
  ) {}

  /**
   * The answer, as an instance of its class; suspends the job as long as there is none.
   * @throws StepTimeoutError when the time is over
   */
  async answer(job: JobContext, kind: 'signal', { timeoutMs }: WaitTerms): Promise<object> {
    const run = runOf(job);
    for (;;) {
      const wait = await this.#open(job, kind, timeoutMs);
      if (wait.outcome === 'answered') {
        const answer = await this.#accept(job, run, wait);
        if (answer) return answer;
      } else if (wait.outcome === 'expired' || (wait.leftMs <= 0 && (await this.#expire(run)))) {
        throw new StepTimeoutError(run.id, run.step);
      } else if (wait.leftMs > 0) {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- steering, as `job.snooze` is
        throw new Suspension(Math.ceil(wait.leftMs) + MARGIN_MS, `waits for ${kind} ${run.step}`, run.step);
      }
    }
  }

  async #open({ id, token }: JobContext, kind: string, timeoutMs: number): Promise<OpenedWait> {
    const [wait] = await this.database.run(openWait, [id, String(token), kind, timeoutMs]);
    if (wait) return wait;
    throw new AttemptAbortedError('LEASE_LOST', `Job ${id} belongs to another attempt; it waits there.`);
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

function runOf({ id, run }: JobContext): JobRun {
  if (run) return run;
  throw new Error(`Job ${id} belongs to no run: jobs of its kind are made by pipelines only.`);
}
