import { NotFoundError, SignalUnknownError } from '../core/errors.js';
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
import { answerContract } from './answer-contract.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { PipelineGraph } from './pipeline-graph.js';

/** Sends steps of runs what they wait for. */
export class AnswerSender {
  constructor(
    private readonly database: Database,
    private readonly codec: PayloadCodec,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
  ) {}

  /**
   * @param payload validated here if this process knows the pipeline, and in any case by the worker that takes it
   * @returns false if the step has had an answer, or is over; then nothing was sent
   * @throws NotFoundError, SignalUnknownError, PayloadError, NotSerializableError, TooLargeError
   */
  async signal(runId: string, step: string, payload: object): Promise<boolean> {
    const [run] = await this.database.run(findRunGraph, [runId]);
    if (!run) throw new NotFoundError('run', runId);
    checkStep(run, step);
    const json = await this.#encode(run, step, payload);
    return this.#send(runId, step, 'signal', json);
  }

  async #encode({ name, version }: RunGraphRow, step: string, payload: object): Promise<string> {
    const contract = answerContract(this.pipelines, { pipeline: name, version }, step);
    if (!contract) return payloadJson(`${name}, step ${step}`, payload);
    return (await this.codec.encode(contract, payload)).json;
  }

  /** Two statements: the second sees a job that was suspended while the first waited for it. */
  #send(runId: string, step: string, kind: string, json: string): Promise<boolean> {
    return retryConflicts(() =>
      this.database.transaction(async (manager) => {
        const tx = runnerOf(this.database, manager);
        const [answered] = await tx.run(answerWait, [runId, step, kind, json]);
        if (!answered) return false;
        if (answered.jobId !== null) await tx.run(wakeJob, [answered.jobId, step, this.database.jobChannel]);
        return true;
      }),
    );
  }
}

function checkStep({ id, name, graph }: RunGraphRow, step: string): void {
  const known = (graph as PipelineGraph).steps.flatMap((shape) => (shape.kind === 'signal' ? shape.name : []));
  if (!known.includes(step)) throw new SignalUnknownError(id, name, step, known);
}
