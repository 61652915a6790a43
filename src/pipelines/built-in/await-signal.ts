import { JobHandler } from '../../decorators/job-handler.js';
import { Retry } from '../../decorators/retry.js';
import type { Handler } from '../../registry/handler.js';
import type { JobContext } from '../../registry/job-context.js';
import { StepTimeoutError } from '../../core/step-errors.js';
import type { StepWaits } from '../step-waits.js';
import { BUILT_IN } from './settings.js';
import { WaitTerms } from './wait-terms.js';

/** Waits for the signal of a `.signal` step, suspended, and returns it. */
@JobHandler({ name: 'pipelines.signal', payload: WaitTerms, queue: BUILT_IN.queue })
@Retry({ ...BUILT_IN.retry, unless: [StepTimeoutError] })
export class AwaitSignal implements Handler<WaitTerms, object> {
  constructor(private readonly waits: StepWaits) {}

  handle(terms: WaitTerms, job: JobContext): Promise<object> {
    return this.waits.answer(job, 'signal', terms);
  }
}
