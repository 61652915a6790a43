import { RowlockError } from '../core/errors.js';

/** The development server could not be had. The message ends with what to do. */
export class DevPostgresError extends RowlockError {
  constructor(
    readonly code: 'POSTGRES_NOT_INSTALLED' | 'POSTGRES_FOLDER_UNREACHABLE' | 'POSTGRES_START_FAILED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
