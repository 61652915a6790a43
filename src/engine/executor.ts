import type { EntityManager } from 'typeorm';
import { attemptError } from '../core/attempt-error.js';
import { AttemptAbortedError } from '../core/errors.js';
import type { HandlerShape } from '../core/handler-class.js';
import { toJson } from '../core/json.js';
import { LIMITS } from '../core/limits.js';
import type { Outcome } from '../core/outcome.js';
import { outcomeOf } from '../core/outcome.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import { currentPayload } from '../registry/payload-version.js';
import type { Database } from '../repositories/database.js';
import { runnerOf } from '../repositories/session.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Attempt } from './attempt.js';
import { Checkpoints } from './checkpoints.js';
import { emitEndings } from './emit-endings.js';
import { ExecutionContext } from './execution-context.js';
import type { HandlerResolver } from './handler-resolver.js';
import type { ProgressReporter } from './progress-reporter.js';
import type { Settlement, Settler } from './settler.js';
import { StepItems } from './step-items.js';

type MaybePromise<T> = T | Promise<T>;

/** What an executor works with; made once for a worker. */
export interface ExecutorParts {
  readonly database: Database;
  readonly codec: PayloadCodec;
  readonly resolver: HandlerResolver;
  readonly settler: Settler;
  readonly reporter: ProgressReporter;
  readonly telemetry: Telemetry;
  /** How long a handler may go on after its signal has been aborted before its answer is no longer waited for. */
  readonly abortGraceMs: number;
  /** The same when its worker shuts down: whoever stops the process waits for its `shutdownTimeout` and little more. */
  readonly shutdownGraceMs: number;
  /** Jobs to which a transactional attempt passed its lock key. */
  readonly onReleased: (released: Settlement['released']) => void;
}

/**
 * Runs an attempt: payload → handler → outcome. Never throws: each way to fail is an outcome. Answers at once if nothing
 * had to be waited for, because most of what a quick job costs its worker is promises.
 */
export class Executor {
  readonly #items: StepItems;

  constructor(private readonly parts: ExecutorParts) {
    this.#items = new StepItems(parts.database);
  }

  /** How the attempt ended, still to be stored; null if its handler's own transaction has stored it. */
  run(attempt: Attempt): MaybePromise<Outcome | null> {
    attempt.startedAt = performance.now();
    const { telemetry } = this.parts;
    if (telemetry.wants('job.start')) telemetry.emit('job.start', attempt.facts());
    const failed = (thrown: unknown): Outcome => ended(attempt, failure(attempt, thrown));
    try {
      const outcome = this.#attempt(attempt);
      if (!(outcome instanceof Promise)) return ended(attempt, outcome);
      return outcome.then((settled) => ended(attempt, settled), failed);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  #attempt(attempt: Attempt): MaybePromise<Outcome | null> {
    const { row, definition } = attempt;
    if (row.attempt > row.maxAttempts) return spent(attempt);
    if (attempt.aborted) throw attempt.aborted;
    const payload =
      attempt.payload ??
      this.parts.codec.decode(definition, currentPayload(definition, row.payload, row.payloadVersion));
    return payload instanceof Promise
      ? payload.then((decoded: object) => this.#perform(attempt, decoded))
      : this.#perform(attempt, payload);
  }

  #perform(attempt: Attempt, payload: object): MaybePromise<Outcome | null> {
    if (attempt.definition.transactional) return this.#performInTransaction(attempt, payload);
    return this.#handle(attempt, payload, this.parts.database.dataSource.manager);
  }

  #handle(attempt: Attempt, payload: object, manager: EntityManager): MaybePromise<Outcome> {
    const handler = this.parts.resolver.resolve(attempt.definition);
    return handler instanceof Promise
      ? handler.then((resolved) => this.#call(resolved, attempt, payload, manager))
      : this.#call(handler, attempt, payload, manager);
  }

  #call(handler: HandlerShape, attempt: Attempt, payload: object, manager: EntityManager): MaybePromise<Outcome> {
    const { telemetry, reporter } = this.parts;
    const context = new ExecutionContext(attempt, manager, telemetry, reporter, this.#checkpointsOf, this.#items);
    const complete = (result: unknown): MaybePromise<Outcome> => {
      const lastWord = reporter.lastWord(attempt);
      return lastWord ? lastWord.then(() => completed(attempt, result)) : completed(attempt, result);
    };
    const answer: unknown = handler.handle(payload, context);
    return isThenable(answer) ? this.#untilSettled(attempt, answer).then(complete) : complete(answer);
  }

  readonly #checkpointsOf = (attempt: Attempt): Checkpoints => new Checkpoints(attempt, this.parts);

  /** A handler that ignores its signal cannot hold the slot for ever: after a grace, its answer is not waited for. */
  #untilSettled(attempt: Attempt, answer: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      answer.then(resolve, reject);
      attempt.onAbort((reason) => {
        const { telemetry, abortGraceMs, shutdownGraceMs } = this.parts;
        const graceMs = reason.code === 'WORKER_SHUTDOWN' ? shutdownGraceMs : abortGraceMs;
        const giveUp = (): void => {
          if (attempt.endedAt !== null) return;
          telemetry.emit('worker.stuck', { ...attempt.facts(), sinceMs: graceMs });
          reject(reason);
        };
        setTimeout(giveUp, graceMs).unref();
      });
    });
  }

  /** Writes of the handler, its result and its completion commit together, or not at all if the lease was lost. */
  async #performInTransaction(attempt: Attempt, payload: object): Promise<null> {
    const { database, settler, telemetry, onReleased } = this.parts;
    const handle = (manager: EntityManager): MaybePromise<Outcome> => this.#handle(attempt, payload, manager);
    const settlement = await database.userTransaction(handle, async (manager, outcome) => {
      attempt.endedAt = performance.now();
      const stored = await settler.settle(runnerOf(database, manager), [{ attempt, outcome }]);
      if (stored.lost.length > 0)
        throw new AttemptAbortedError('LEASE_LOST', 'The lease was lost; the transaction is rolled back.');
      return stored;
    });
    settlement.committed();
    emitEndings(telemetry, settlement);
    onReleased(settlement.released);
    return null;
  }
}

function ended<O extends Outcome | null>(attempt: Attempt, outcome: O): O {
  attempt.endedAt ??= performance.now();
  return outcome;
}

function completed(attempt: Attempt, result: unknown): Outcome {
  if (attempt.suspension) return failure(attempt, attempt.suspension);
  return { verb: 'complete', result: toJson(result, `The result of job "${attempt.row.name}"`, LIMITS.resultBytes) };
}

function failure({ row, definition, aborted, suspension }: Attempt, thrown: unknown): Outcome {
  const { attempt, maxAttempts } = row;
  return outcomeOf(suspension ?? thrown, { attempt, maxAttempts, retry: definition.retry, aborted });
}

/** Not `instanceof Promise`: query builders and promises of other realms and libraries are awaited alike. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

/** Claimed once more than it may be tried: its last worker died with it. It is not run again. */
function spent({ row }: Attempt): Outcome {
  const error = new Error(
    `All ${row.maxAttempts} attempts are spent: the worker of the last one died, or hung past its deadline.`,
  );
  return {
    verb: 'discard',
    error: { ...attemptError(error, row.maxAttempts), name: 'AttemptsSpent', code: 'ATTEMPTS_SPENT' },
  };
}
