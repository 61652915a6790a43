import { RowlockError } from '../core/errors.js';

/** What a command's end means to the shell. */
export const EXIT = {
  ok: 0,
  /** A check or a job failed, or anything that has no code of its own. */
  failed: 1,
  /** The command line, the configuration or the environment is not right; a check was not given enough time. */
  usage: 2,
  notFound: 3,
  /** The database cannot be reached, or its schema is of another version. */
  database: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_ERROR: Readonly<Record<string, ExitCode>> = {
  OPTION_INVALID: EXIT.usage,
  DURATION_INVALID: EXIT.usage,
  VERIFICATION_TIMEOUT: EXIT.usage,
  NOT_FOUND: EXIT.notFound,
  HANDLER_NOT_FOUND: EXIT.notFound,
  DATABASE_UNREACHABLE: EXIT.database,
  SCHEMA_VERSION: EXIT.database,
};

/** The exit code of a command that threw. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof RowlockError ? (BY_ERROR[error.code] ?? EXIT.failed) : EXIT.failed;
}
