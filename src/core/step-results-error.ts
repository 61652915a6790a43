import { RowlockError } from './errors.js';

/** `job.results` cannot read what it was asked for. */
export class StepResultsError extends RowlockError {
  constructor(
    readonly code:
      | 'RESULTS_OUTSIDE_RUN'
      | 'RESULTS_STEP_UNKNOWN'
      | 'RESULTS_NOT_FANNED_OUT'
      | 'RESULTS_OF_ANOTHER_HANDLER'
      | 'RESULTS_NOT_COMPLETE',
    readonly jobId: string,
    readonly step: string,
    problem: string,
  ) {
    super(`Job ${jobId} cannot read the results of step "${step}": ${problem}`);
  }
}
