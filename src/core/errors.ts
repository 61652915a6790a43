/**
 * Every error that Rowlock throws on purpose. Each has a stable `code` to branch on, and a message that says what
 * happened, to which job or class, and what to do next. Codes never change; messages may.
 */
export abstract class RowlockError extends Error {
  /** Stable identifier, upper snake case. Listed with causes and cures in docs/errors.md. */
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** A decorator, handler, pipeline or option contradicts itself or another; thrown when the container is made. */
export class DefinitionError extends RowlockError {
  constructor(
    readonly code:
      | 'HANDLER_NOT_DECORATED'
      | 'HANDLER_INVALID'
      | 'HANDLER_DUPLICATE'
      | 'HANDLER_UNRESOLVABLE'
      | 'PIPELINE_INVALID'
      | 'PIPELINE_DUPLICATE'
      | 'OPTION_INVALID'
      | 'DURATION_INVALID'
      | 'KEY_TEMPLATE_INVALID',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One field that validation refused. */
export interface PayloadIssue {
  /** Dotted path of the field, `''` for the payload itself. */
  readonly path: string;
  /** What the field must be, as the validator words it. */
  readonly message: string;
}

/**
 * A payload is not what its class describes. Thrown by `enqueue`, and nothing is enqueued; at claim the job is discarded,
 * not retried.
 */
export class PayloadError extends RowlockError {
  readonly code = 'PAYLOAD_INVALID';

  constructor(
    readonly jobName: string,
    readonly issues: readonly PayloadIssue[],
    options?: ErrorOptions,
  ) {
    const list = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    super(
      `The payload of job "${jobName}" is not valid: ${list}. Mend the payload, or the rules of its class.`,
      options,
    );
  }
}

/** A value is too large, too deep, or has no JSON form. */
export class NotSerializableError extends RowlockError {
  readonly code = 'NOT_SERIALIZABLE';

  constructor(what: string, why: string, options?: ErrorOptions) {
    super(
      `${what} cannot be stored as JSON: ${why}. Return or pass plain data, and keep large values elsewhere.`,
      options,
    );
  }
}

/** A value is larger than its limit. */
export class TooLargeError extends RowlockError {
  readonly code = 'TOO_LARGE';

  constructor(what: string, bytes: number, limit: number) {
    super(`${what} is ${bytes} bytes as JSON, the limit is ${limit}. Keep it in a BlobStore, and pass its BlobRef.`);
  }
}

/** The unique key of a new job is taken, and its policy is `reject`. */
export class DuplicateJobError extends RowlockError {
  readonly code = 'JOB_DUPLICATE';

  constructor(
    readonly jobName: string,
    readonly uniqueKey: string,
    readonly existingId: string,
  ) {
    super(
      `Job "${jobName}" was not enqueued: its unique key "${uniqueKey}" is held by job ${existingId}. ` +
        `Wait for that job, cancel it, or enqueue with { onConflict: 'ignore' } or { onConflict: 'replace' }.`,
    );
  }
}

/** No handler of that name is known here, nor has any worker registered one in this database. */
export class HandlerNotFoundError extends RowlockError {
  readonly code = 'HANDLER_NOT_FOUND';

  constructor(jobName: string, known: readonly string[]) {
    const list = known.length > 0 ? known.map((name) => `"${name}"`).join(', ') : 'none';
    super(
      `No handler is registered for job "${jobName}" (registered: ${list}). Pass its class to createContainer({ handlers }), ` +
        `or start a worker that has it once, so that its settings are known in this database.`,
    );
  }
}

/** No job, run, queue or lock of that id exists. */
export class NotFoundError extends RowlockError {
  readonly code = 'NOT_FOUND';

  constructor(kind: 'job' | 'run' | 'job or run', id: string) {
    super(`There is no ${kind} ${id}: it never existed, its transaction was rolled back, or retention has removed it.`);
  }
}

/** The job, or the run, is in a state from which the wanted transition does not lead. */
export class InvalidTransitionError extends RowlockError {
  readonly code = 'INVALID_TRANSITION';

  constructor(verb: string, id: string, state: string, from: readonly string[], kind: 'job' | 'run' = 'job') {
    super(
      `${kind === 'job' ? 'Job' : 'Run'} ${id} is ${state}, and ${verb} is possible only from ${from.join(', ')}. Nothing was changed.`,
    );
  }
}

/** `result()` of a job or a run gave up waiting; what was waited for goes on. */
export class ResultTimeoutError extends RowlockError {
  readonly code = 'RESULT_TIMEOUT';

  constructor(id: string, milliseconds: number, kind: 'job' | 'run' = 'job') {
    super(
      `${kind === 'job' ? 'Job' : 'Run'} ${id} had not finished after ${milliseconds} ms. It goes on; ask again, or wait longer.`,
    );
  }
}

/** The job whose result was awaited ended as `discarded` or `cancelled`. */
export class JobFailedError extends RowlockError {
  readonly code: 'JOB_DISCARDED' | 'JOB_CANCELLED';

  constructor(
    readonly jobId: string,
    readonly state: 'discarded' | 'cancelled',
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Job ${jobId} was ${state}: ${reason}`, options);
    this.code = state === 'discarded' ? 'JOB_DISCARDED' : 'JOB_CANCELLED';
  }
}

/** A pipeline run whose output was awaited failed or was cancelled; `RUN_TIMED_OUT`: failed by its deadline. */
export class RunFailedError extends RowlockError {
  readonly code: 'RUN_FAILED' | 'RUN_TIMED_OUT' | 'RUN_CANCELLED';

  constructor(
    readonly runId: string,
    readonly state: 'failed' | 'cancelled',
    reason: string,
    timedOut = false,
  ) {
    super(`Run ${runId} ${state === 'failed' ? 'failed' : 'was cancelled'}: ${reason}`);
    this.code = state === 'cancelled' ? 'RUN_CANCELLED' : timedOut ? 'RUN_TIMED_OUT' : 'RUN_FAILED';
  }
}

/** The reason of an aborted attempt's signal, and the failure that is recorded for it. */
export class AttemptAbortedError extends RowlockError {
  constructor(
    readonly code: 'ATTEMPT_TIMEOUT' | 'ATTEMPT_CANCELLED' | 'LEASE_LOST' | 'WORKER_SHUTDOWN',
    message: string,
  ) {
    super(message);
  }
}

/** A handler asked for another checkpoint than an earlier attempt recorded in its place: its code has changed meanwhile. */
export class CheckpointMismatchError extends RowlockError {
  readonly code = 'CHECKPOINT_MISMATCH';

  constructor(
    readonly jobId: string,
    jobName: string,
    place: number,
    readonly recorded: string,
    readonly asked: string,
  ) {
    super(
      `Job ${jobId} ("${jobName}") asks for ${asked} as its ${ordinal(place)} checkpoint, where an earlier attempt recorded ` +
        `${recorded}. Its handler has changed while the job was under way. Give it the earlier order back for such jobs, or ` +
        `cancel the job and enqueue it anew.`,
    );
  }
}

/** The signal for which a handler waited did not come in time. */
export class SignalTimeoutError extends RowlockError {
  readonly code = 'SIGNAL_TIMEOUT';

  constructor(
    jobId: string,
    readonly signalName: string,
  ) {
    super(
      `Job ${jobId} waited for the signal "${signalName}" in vain: its time is over. Catch this error to go on without it, or ` +
        `wait longer: job.waitFor(name, Payload, { timeout }).`,
    );
  }
}

function ordinal(place: number): string {
  const suffix = { 1: 'st', 2: 'nd', 3: 'rd' }[place % 10] ?? 'th';
  return `${place}${place % 100 > 10 && place % 100 < 14 ? 'th' : suffix}`;
}

/** The database cannot be reached, or refuses us. */
export class DatabaseUnreachableError extends RowlockError {
  readonly code = 'DATABASE_UNREACHABLE';

  constructor(where: string, why: string, options?: ErrorOptions) {
    super(
      `PostgreSQL at ${where} cannot be reached: ${why}. Check DATABASE_URL (or PG*), and that the server runs.`,
      options,
    );
  }
}

/** The schema in the database is not the one that this version works with. */
export class SchemaVersionError extends RowlockError {
  readonly code = 'SCHEMA_VERSION';

  constructor(schema: string, problem: 'missing' | 'behind' | 'ahead', detail: string) {
    const cure = {
      missing: 'Run `rowlock migrate up`.',
      behind: 'Run `rowlock migrate up` before starting this version.',
      ahead: 'Upgrade the rowlock package in this application.',
    }[problem];
    super(
      `Schema "${schema}" is ${problem === 'missing' ? 'not there' : `${problem} this version of rowlock`}: ${detail}. ${cure}`,
    );
  }
}

/** `rowlock verify` could not check an invariant in the time that it was given. */
export class VerificationTimeoutError extends RowlockError {
  readonly code = 'VERIFICATION_TIMEOUT';

  constructor(schema: string, invariant: string, milliseconds: number) {
    super(
      `Schema "${schema}" was not verified: the check of ${invariant} took longer than ${milliseconds} ms. ` +
        'Give it more time (`rowlock verify --statement-timeout 10m`), or ask when the database has less to do.',
    );
  }
}

/** A migration was not made, or not undone; the schema is as it was. */
export class MigrationError extends RowlockError {
  constructor(
    readonly code: 'MIGRATION_BLOCKED' | 'MIGRATION_FORBIDDEN' | 'MIGRATION_LOSES_JOBS',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A lock could not be had within the time that the caller was ready to wait. */
export class LockUnavailableError extends RowlockError {
  readonly code = 'LOCK_UNAVAILABLE';

  constructor(key: string, waited: number, holder: string) {
    super(`Lock "${key}" was not free within ${waited} ms: it is held by ${holder}. Wait longer, or try again later.`);
  }
}

/** A lock was lost while held: its time to live ran out, or it was taken away. */
export class LockLostError extends RowlockError {
  readonly code = 'LOCK_LOST';

  constructor(key: string, why: string) {
    super(`Lock "${key}" was lost while held: ${why}. Another holder may be working now; stop writing.`);
  }
}
