import { DefinitionError, NotFoundError } from '../core/errors.js';
import { StepUnknownError } from '../core/step-errors.js';
import { toStorableText } from '../core/json.js';
import { LIMITS } from '../core/limits.js';
import { payloadJson } from '../registry/payload-json.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import { retryConflicts } from '../repositories/retry-conflicts.js';
import { runnerOf } from '../repositories/session.js';
import { answerWait } from '../repositories/sql/answer-wait.js';
import type { RunGraphRow } from '../repositories/sql/find-run-graph.js';
import { findRunGraph } from '../repositories/sql/find-run-graph.js';
import { wakeJob } from '../repositories/sql/wake-job.js';
import type { Telemetry } from '../telemetry/events.js';
import { answerContract } from './answer-contract.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { PipelineGraph } from './pipeline-graph.js';
import type { StepAsk } from './step-facts.js';

const MAX_PERSON = 200;

/** Sends steps of runs what they wait for. */
export class AnswerSender {
  constructor(
    private readonly database: Database,
    private readonly codec: PayloadCodec,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * @param payload validated here if this process knows the pipeline, and in any case by the worker that takes it
   * @returns false if the step has had an answer, or is over; then nothing was sent
   * @throws NotFoundError, StepUnknownError, PayloadError, NotSerializableError, TooLargeError
   */
  async signal(runId: string, step: string, payload: object): Promise<boolean> {
    const run = await this.#find('signal', runId, step);
    return this.#send(runId, step, 'signal', { payload: await this.#encode(run, step, payload) });
  }

  /** @throws as `signal`; DefinitionError `OPTION_INVALID` if `by` is nobody */
  async approve(runId: string, step: string, form: object, by: string): Promise<boolean> {
    const run = await this.#find('approve', runId, step);
    return this.#answer(run, step, { payload: await this.#encode(run, step, form), by: person(by) });
  }

  /** @throws as `approve` */
  async reject(runId: string, step: string, by: string, reason?: string): Promise<boolean> {
    const run = await this.#find('approve', runId, step);
    const why = reason === undefined ? null : toStorableText(reason, LIMITS.progressMessage);
    return this.#answer(run, step, { by: person(by), reason: why });
  }

  async #find(kind: StepAsk['kind'], runId: string, step: string): Promise<RunGraphRow> {
    const [run] = await this.database.run(findRunGraph, [runId]);
    if (!run) throw new NotFoundError('run', runId);
    const known = (run.graph as PipelineGraph).steps.filter((shape) => shape.kind === kind).map(({ name }) => name);
    if (known.includes(step)) return run;
    throw new StepUnknownError(kind === 'signal' ? 'signal' : 'approval', runId, run.name, step, known);
  }

  async #encode({ name, version }: RunGraphRow, step: string, payload: object): Promise<string> {
    const contract = answerContract(this.pipelines, { pipeline: name, version }, step);
    if (!contract) return payloadJson(`${name}, step ${step}`, payload);
    return (await this.codec.encode(contract, payload)).json;
  }

  async #answer(
    { id, name }: RunGraphRow,
    step: string,
    answer: StepAnswer & { readonly by: string },
  ): Promise<boolean> {
    const sent = await this.#send(id, step, 'approve', answer);
    const approved = answer.payload !== undefined;
    if (sent) this.telemetry.emit('approval.answer', { runId: id, pipeline: name, step, by: answer.by, approved });
    return sent;
  }

  /** Two statements: the second sees a job that was suspended while the first waited for it. */
  #send(runId: string, step: string, kind: StepAsk['kind'], answer: StepAnswer): Promise<boolean> {
    const { payload = null, by = null, reason = null } = answer;
    const outcome = payload === null ? 'rejected' : 'answered';
    return retryConflicts(() =>
      this.database.transaction(async (manager) => {
        const tx = runnerOf(this.database, manager);
        const [answered] = await tx.run(answerWait, [runId, step, kind, outcome, payload, by, reason]);
        if (!answered) return false;
        if (answered.jobId !== null) await tx.run(wakeJob, [answered.jobId, step, this.database.jobChannel]);
        return true;
      }),
    );
  }
}

/** What is sent. Without a payload it is a rejection. */
interface StepAnswer {
  /** JSON text. */
  readonly payload?: string;
  readonly by?: string;
  readonly reason?: string | null;
}

function person(by: unknown): string {
  if (typeof by === 'string' && by !== '') return toStorableText(by, MAX_PERSON);
  throw new DefinitionError('OPTION_INVALID', 'Option by must say who answers: a text of one character or more.');
}
