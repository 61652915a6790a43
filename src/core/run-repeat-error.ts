import { RowlockError } from './errors.js';

/** A run that is over cannot go on, or not be repeated by this process. Nothing was changed. */
export class RunRepeatError extends RowlockError {
  constructor(
    readonly code: 'RUN_UNDONE' | 'RUN_ITEMS_CHANGED' | 'RUN_KEY_TAKEN' | 'PIPELINE_VERSION_UNKNOWN',
    readonly runId: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`Run ${runId} ${problem} Nothing was changed.`, options);
  }
}
