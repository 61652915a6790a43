import { Allow } from 'class-validator';
import { ChildRunFailedError } from '../../core/step-errors.js';
import { JobHandler } from '../../decorators/job-handler.js';
import { Retry } from '../../decorators/retry.js';
import type { Handler } from '../../registry/handler.js';
import type { JobContext } from '../../registry/job-context.js';
import type { ChildRuns } from '../child-runs.js';
import { BUILT_IN } from './settings.js';

/** What a child run begins with. */
export class ChildStart {
  /** Validated as the child's pipeline has it when the job was made. */
  @Allow() input!: unknown;
}

/** Runs the pipeline of a `.run` step, suspended meanwhile, and returns its output. */
@JobHandler({ name: 'pipelines.run', payload: ChildStart, queue: BUILT_IN.queue })
@Retry({ ...BUILT_IN.retry, unless: [ChildRunFailedError] })
export class RunChild implements Handler<ChildStart, unknown> {
  constructor(private readonly children: ChildRuns) {}

  handle({ input }: ChildStart, job: JobContext): Promise<unknown> {
    return this.children.output(job, input);
  }
}
