import { ApprovalRejectedError, StepTimeoutError } from '../../core/step-errors.js';
import { JobHandler } from '../../decorators/job-handler.js';
import { Retry } from '../../decorators/retry.js';
import type { Handler } from '../../registry/handler.js';
import type { JobContext } from '../../registry/job-context.js';
import type { StepWaits } from '../step-waits.js';
import { BUILT_IN } from './settings.js';
import { WaitTerms } from './wait-terms.js';

/** Waits until a person answers an `.approve` step, suspended, and returns the form. */
@JobHandler({ name: 'pipelines.approve', payload: WaitTerms, queue: BUILT_IN.queue })
@Retry({ ...BUILT_IN.retry, unless: [StepTimeoutError, ApprovalRejectedError] })
export class AwaitApproval implements Handler<WaitTerms, object> {
  constructor(private readonly waits: StepWaits) {}

  handle(terms: WaitTerms, job: JobContext): Promise<object> {
    return this.waits.answer(job, 'approve', terms);
  }
}
