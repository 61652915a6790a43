import { hostname } from 'node:os';
import type { AttemptAbortedError } from '../core/errors.js';
import type { Outcome } from '../core/outcome.js';
import { Attempt } from '../engine/attempt.js';
import type { Ending } from '../engine/ending.js';
import type { JobTaker } from '../engine/job-taker.js';
import { newId } from '../engine/new-id.js';
import { claimedNames } from '../registry/payload-version.js';
import { registerWorker } from '../repositories/sql/register-worker.js';
import { removeWorker } from '../repositories/sql/remove-worker.js';
import type { ClaimedRow } from '../repositories/sql/claim-jobs.js';
import { AttemptWatch } from './attempt-watch.js';
import { ClaimedBatches } from './claimed-batches.js';
import { Deadlines } from './deadlines.js';
import { Heartbeat } from './heartbeat.js';
import { Poller, SLACK_MS } from './poller.js';
import { Slots } from './slots.js';
import type { WorkerParts } from './worker-parts.js';

/** Attempts that wait longer than this for a slot are handed back: other workers may be free. */
const MAX_WAIT_MS = 10_000;
/** How long a stop waits for the database to take the last outcomes: it may be away for longer than we may stay. */
const LAST_WAIT_MS = 15_000;
/** Outcomes that the database has not taken yet; past this no job is started. */
const MAX_UNSTORED = 5_000;
/** For so long jobs are started without a look at what else there is to do. */
const TURN_MS = 5;

/**
 * One life of a worker under one id, from its registration until it has drained or lost its lease. Whatever was claimed
 * under the id ends with it, so no state of an earlier life leaks into a later one.
 */
export class Incarnation {
  readonly id = newId();
  readonly slots: Slots;
  readonly poller: Poller;
  readonly watch: AttemptWatch;
  /** Where the next jobs of runs come without a claim. */
  readonly taker: JobTaker;
  /** Attempts that are waiting, running, or ended and not stored yet. */
  readonly held = new Set<Attempt>();
  readonly #batches = new ClaimedBatches();
  readonly #deadlines = new Deadlines();
  readonly #heartbeat: Heartbeat;
  #alive = true;
  #stoppedRunning = false;
  #onAllSettled: (() => void) | null = null;
  #turnBegan: number | null = null;

  constructor(
    private readonly parts: WorkerParts,
    onLapse: (reason: string) => void,
  ) {
    const { settings, telemetry, database } = parts;
    this.slots = new Slots(settings);
    this.poller = new Poller({
      ...parts,
      session: parts.claimSession,
      slots: this.slots,
      batches: this.#batches,
      names: parts.registry.definitions.flatMap(claimedNames),
      workerId: () => this.id,
      onClaimed: (rows) => this.#claimed(rows),
      onRemoved: () => onLapse('its row was removed by another worker'),
    });
    this.watch = new AttemptWatch(
      parts.watchSession,
      telemetry,
      () => [...this.held],
      () => this.#handBackLongWaiting(),
      () => this.#endWaiting(),
    );
    this.taker = {
      workerId: this.id,
      defaultTimeoutMs: settings.defaultTimeoutMs,
      slackMs: SLACK_MS,
      reserve: (queue) => this.#alive && !this.poller.inDoubt && this.slots.reserveNext(queue),
      take: (jobs, reserved) => {
        this.slots.unreserveNext(reserved);
        const now = performance.now();
        const attempts = jobs.map(({ row, payload }) => this.#attempt(row, now, payload));
        if (attempts.length > 0) this.#accept(attempts, true);
        this.poller.refill(); // of what was reserved there may be room now
      },
    };
    this.#heartbeat = new Heartbeat(database, telemetry, settings.leaseMs, onLapse);
  }

  async start(): Promise<void> {
    const { settings, telemetry, notifier, registry } = this.parts;
    const queues = [...settings.queues.keys()];
    const names = registry.definitions.map(({ name }) => name);
    await this.#heartbeat.connect();
    await this.#register(queues, names);
    this.#heartbeat.start(this.id);
    this.poller.start();
    this.watch.start();
    await Promise.all(this.parts.services.map((service) => service.start(this.id)));
    telemetry.emit('worker.start', {
      workerId: this.id,
      name: settings.name,
      queues,
      names,
      concurrency: settings.concurrency,
    });
    void notifier.start();
  }

  /** Begins the lease. */
  async #register(queues: readonly string[], names: readonly string[]): Promise<void> {
    const { database, settings, version } = this.parts;
    const { name, concurrency, leaseMs } = settings;
    const row = [this.id, name, hostname(), process.pid, version, queues, names, concurrency, leaseMs] as const;
    try {
      await database.run(registerWorker, row);
    } catch (error) {
      await this.#heartbeat.stop();
      throw error;
    }
  }

  listening(listening: boolean): void {
    this.poller.listening = listening;
  }

  #claimed(rows: readonly ClaimedRow[]): void {
    const now = performance.now();
    this.#accept(rows.map((row) => this.#attempt(row, now)));
  }

  #attempt(row: ClaimedRow, now: number, payload: object | null = null): Attempt {
    return new Attempt(row, this.parts.registry.get(row.name), this.id, now, payload);
  }

  /** Takes over what was claimed; after the end of this life, hands it straight back. */
  #accept(attempts: readonly Attempt[], follow = false): void {
    this.#batches.add(attempts.map(({ row }) => row));
    for (const attempt of attempts) this.held.add(attempt);
    if (!this.#alive) return this.#handBack(attempts);
    this.slots.add(attempts, follow);
    // Not before the poller has sent its next claim: the database works on that while these jobs run.
    if (this.#turnBegan === null) setImmediate(() => this.#fill());
  }

  abortRunning(code: AttemptAbortedError['code'], message: string): void {
    for (const attempt of this.slots.running) attempt.abort(code, message);
  }

  /** The lease is lost: handlers are told, and nothing that was waiting is started. */
  abandon(): void {
    this.#alive = false;
    for (const attempt of this.slots.takeWaiting()) this.#forget(attempt);
    this.abortRunning('LEASE_LOST', `Worker ${this.id} has lost its lease.`);
  }

  /** @returns whether everything that ran ended by itself */
  async drain(timeoutMs: number): Promise<boolean> {
    const { telemetry } = this.parts;
    this.#heartbeat.drain();
    telemetry.emit('worker.drain', { workerId: this.id, running: this.slots.running.size });
    this.#alive = false;
    await this.poller.stop();
    this.#handBack(this.slots.takeWaiting());
    if (!(await this.#allSettled(timeoutMs))) this.stopRunning('The worker is shutting down.');
    if (await this.#allSettled(LAST_WAIT_MS)) return !this.#stoppedRunning;
    const error = new Error(
      `${this.held.size} outcomes could not be stored; these jobs are rescued when the lease has run out.`,
    );
    telemetry.emit('error', { where: 'stopping the worker', error });
    return false;
  }

  /** Aborts what runs, in the midst of a drain too: it is handed back, and the drain has not let everything end. */
  stopRunning(message: string): void {
    if (this.slots.running.size === 0) return;
    this.#stoppedRunning = true;
    this.parts.telemetry.emit('worker.abort', { workerId: this.id, running: this.slots.running.size });
    this.abortRunning('WORKER_SHUTDOWN', message);
  }

  async close(): Promise<void> {
    await this.poller.stop();
    this.#deadlines.stop();
    await this.watch.stop();
    await this.parts.notifier.stop();
    await Promise.all(this.parts.services.map((service) => service.stop()));
    await this.parts.reporter.flush();
    // Refused while claims of it are unfinished, when the lease was lost: then the rescuer removes it.
    await this.parts.database.run(removeWorker, [this.id]).catch(() => undefined);
    await this.#heartbeat.stop();
  }

  #fill(): void {
    while (this.#alive && this.held.size < MAX_UNSTORED && !this.#turnIsOver) {
      const attempt = this.slots.start();
      if (!attempt) break;
      this.#beginTurn();
      this.#run(attempt);
    }
    if (this.#alive) this.poller.refill();
  }

  /** Jobs that wait for nothing would keep the event loop, and with it the database's answers, as long as there are any. */
  #beginTurn(): void {
    if (this.#turnBegan !== null) return;
    this.#turnBegan = performance.now();
    setImmediate(() => {
      this.#turnBegan = null;
      this.#fill();
    });
  }

  get #turnIsOver(): boolean {
    return this.#turnBegan !== null && performance.now() - this.#turnBegan > TURN_MS;
  }

  #run(attempt: Attempt): void {
    this.#deadlines.add(attempt);
    const outcome = this.parts.executor.run(attempt);
    if (!(outcome instanceof Promise)) return this.#ended(attempt, outcome);
    void outcome.then((settled) => {
      this.#ended(attempt, settled);
      this.#fill();
    });
  }

  #ended(attempt: Attempt, outcome: Outcome | null): void {
    this.#deadlines.remove(attempt);
    this.slots.finish(attempt);
    if (outcome) this.#store({ attempt, outcome });
    else this.#forget(attempt);
  }

  #handBack(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) {
      attempt.endedAt = performance.now();
      this.#store({ attempt, outcome: { verb: 'interrupt' } });
    }
  }

  #handBackLongWaiting(): void {
    const before = performance.now() - MAX_WAIT_MS;
    this.#handBack(this.slots.takeWaiting(({ claimedAt }) => claimedAt < before));
  }

  /** An attempt that was told to stop before it had a slot need not wait for one. */
  #endWaiting(): void {
    for (const attempt of this.slots.takeWaiting(({ aborted }) => aborted !== undefined)) {
      attempt.endedAt = performance.now();
      const reason = attempt.aborted?.message ?? '';
      if (attempt.aborted?.code === 'LEASE_LOST') this.#forget(attempt);
      else this.#store({ attempt, outcome: { verb: 'cancel', reason } });
    }
  }

  #store(ending: Ending): void {
    this.parts.completer.add(ending, this.#settled);
  }

  readonly #settled = (attempt: Attempt): void => this.#forget(attempt);

  #forget(attempt: Attempt): void {
    this.held.delete(attempt);
    this.#batches.finish(attempt.token);
    if (this.held.size === 0) this.#onAllSettled?.();
    if (this.held.size === MAX_UNSTORED - 1) this.#fill();
  }

  #allSettled(timeoutMs: number): Promise<boolean> {
    if (this.held.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#onAllSettled = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
