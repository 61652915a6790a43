import { v7 as uuid } from 'uuid';
import type { JobState } from '../../src/core/job-state.js';
import type { Outcome } from '../../src/core/outcome.js';
import { attemptError } from '../../src/core/attempt-error.js';
import { Attempt } from '../../src/engine/attempt.js';
import type { EndingOf } from '../../src/engine/ending.js';
import type { ClaimRequest } from '../../src/engine/engine.js';
import type { NewJob } from '../../src/engine/new-job.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { handlerDefinition } from '../../src/registry/handler-definition.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import type { StatementRunner } from '../../src/repositories/session.js';
import type { ClaimedRow } from '../../src/repositories/sql/claim-jobs.js';
import { registerWorker } from '../../src/repositories/sql/register-worker.js';
import type { Rowlock } from './rowlock.js';

const greet = handlerDefinition(defineHandler({ name: 'greet', payload: NoPayload, handle: () => undefined }));

/** A job as it stands in whichever table it lies, every column of the view `jobs`. */
export type StoredJob = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly state: JobState;
  readonly seq: string;
  readonly attempt: number;
  readonly token: string | null;
  readonly errors: readonly Record<string, unknown>[] | null;
};

/** A job with every setting at its plainest. */
export function newJob(overrides: Partial<NewJob> = {}): NewJob {
  return {
    id: uuid(), name: 'greet', queue: 'default', priority: 5, payload: '{}', payloadVersion: null, maxAttempts: 3, timeoutMs: null, keepMs: null,
    lockKey: null, tags: [], delayMs: null, runAt: null, meta: null, owner: null, tenant: '', run: null, unique: null,
    ...overrides,
  }; // prettier-ignore
}

/** Performs single verbs on real rows, as the client, the worker and the scheduler do. */
export class JobsAt {
  constructor(private readonly rowlock: Rowlock) {}

  async enqueue(overrides: Partial<NewJob> = {}, on = this.rowlock.on): Promise<string> {
    const job = newJob(overrides);
    await this.rowlock.engine.enqueue(on, [job], false);
    return job.id;
  }

  /** Registers a worker. @returns its id */
  async worker(leaseMs = 3_600_000): Promise<string> {
    const id = uuid();
    await this.rowlock.on.run(registerWorker, [id, 'test', 'host', 1, '0', ['default'], ['greet'], 10, leaseMs]);
    return id;
  }

  /** Claims for a worker, a new one if none is named. */
  async claim(
    request: Partial<ClaimRequest> & { readonly queue?: string } = {},
    on: StatementRunner = this.rowlock.on,
  ): Promise<Attempt[]> {
    const { queue = 'default', limit = 100, ...rest } = request;
    const workerId = request.workerId ?? (await this.worker());
    const { rows } = await this.rowlock.engine.claim(on, {
      workerName: 'test',
      names: ['greet'],
      pipelines: [],
      limit,
      queues: [{ name: queue, room: limit, floors: new Array<number>(10).fill(0) }],
      behind: { from: 0, to: 0 },
      defaultTimeoutMs: 60_000,
      slackMs: 0,
      emptied: [],
      ...rest,
      workerId,
    });
    return rows.map((row) => new Attempt(row, greet, workerId, performance.now()));
  }

  /** Claims one job that was just enqueued, into a queue of its own so that no other is taken. */
  async running(overrides: Partial<NewJob> = {}, request: Partial<ClaimRequest> = {}): Promise<Attempt> {
    const queue = overrides.queue ?? `q${uuid()}`;
    const id = await this.enqueue({ ...overrides, queue });
    const attempt = (await this.claim({ ...request, queue })).find((each) => each.id === id);
    if (!attempt) throw new Error(`job ${id} was not claimed`);
    return attempt;
  }

  /** A job that was driven into a state by legal verbs. */
  async inState(state: JobState, overrides: Partial<NewJob> = {}): Promise<string> {
    const { engine, on } = this.rowlock;
    if (state === 'available') return this.enqueue(overrides);
    if (state === 'scheduled') return this.enqueue({ delayMs: 3_600_000, ...overrides });
    if (state === 'pending') return this.#parked(overrides);
    const attempt = await this.running(overrides);
    switch (state) {
      case 'running':
        break;
      case 'retryable':
        await engine.retry(on, [ending(attempt, failed(3_600_000))]);
        break;
      case 'completed':
        await engine.complete(on, [ending(attempt, { verb: 'complete', result: '1' })]);
        break;
      case 'cancelled':
        await engine.cancel(on, [ending(attempt, { verb: 'cancel', reason: 'told so' })]);
        break;
      case 'discarded':
        await engine.discard(on, [ending(attempt, { verb: 'discard', error: attemptError(new Error('no'), 1) })]);
    }
    return attempt.id;
  }

  async get(id: string): Promise<StoredJob> {
    const rows = await this.rowlock.query<StoredJob>('select j.* from $s.jobs j where j.id = $1', [id]);
    const [job] = rows;
    if (!job || rows.length > 1) throw new Error(`job ${id} is in ${rows.length} places`);
    return job;
  }

  /** An attempt of a job under the token that it had last; one that it never had, if it was never claimed. */
  async lastAttempt(id: string): Promise<Attempt> {
    const job = await this.get(id);
    return this.#attemptOf(job, job.token ?? '9007199254740993');
  }

  /** The same attempt as a worker with an older claim would hold it. */
  stale(attempt: Attempt): Attempt {
    return this.#attemptOf(attempt.row as unknown as StoredJob, String(BigInt(attempt.token) - 1n));
  }

  #attemptOf(job: StoredJob, token: string): Attempt {
    const row = { ...job, lockKey: job['lockKey'] ?? job['lock_key'] ?? null, token } as unknown as ClaimedRow;
    return new Attempt(row, greet, uuid(), performance.now());
  }

  async #parked(overrides: Partial<NewJob>): Promise<string> {
    const lockKey = overrides.lockKey ?? `key ${uuid()}`;
    const queue = overrides.queue ?? 'default';
    await this.running({ lockKey });
    const id = await this.enqueue({ ...overrides, queue, lockKey });
    await this.claim({ queue });
    return id;
  }
}

/** The retry of an attempt that failed. */
export function failed(delayMs = 0, message = 'it failed'): Extract<Outcome, { verb: 'retry' }> {
  return { verb: 'retry', delayMs, error: attemptError(new Error(message), 1) };
}

export function ending<V extends Outcome['verb']>(
  attempt: Attempt,
  outcome: Extract<Outcome, { verb: V }>,
): EndingOf<V> {
  return { attempt, outcome };
}
