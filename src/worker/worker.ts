import { Incarnation } from './incarnation.js';
import type { WorkerParts } from './worker-parts.js';
import type { Stoppable, StopResult, WorkerState } from './shutdown.js';
import { untilStopped } from './shutdown.js';

/** What a liveness or readiness probe wants to know. */
export interface WorkerHealth {
  readonly state: WorkerState;
  /** Milliseconds since the claim loop last got an answer from the database. */
  readonly sinceClaimMs: number;
  readonly running: number;
  readonly waiting: number;
  readonly listening: boolean;
}

/**
 * Claims jobs of its queues and runs their handlers. Get it from the container; one is enough for a process.
 *
 * @example
 * const worker = container.get(Worker);
 * await worker.run(); // until SIGTERM or SIGINT
 */
export class Worker implements Stoppable {
  #state: WorkerState = 'idle';
  #incarnation: Incarnation | null = null;
  #keepAlive: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;
  #starting: Promise<void> | null = null;
  #renewing: Promise<void> | null = null;
  #stopping: Promise<StopResult> | null = null;

  constructor(private readonly parts: WorkerParts) {}

  get state(): WorkerState {
    return this.#state;
  }

  /** Changes with each start, and when the lease was lost. */
  get id(): string | null {
    return this.#incarnation?.id ?? null;
  }

  /**
   * Registers the worker and begins to claim.
   * @throws SchemaVersionError, DatabaseUnreachableError before anything is claimed
   */
  async start(): Promise<void> {
    if (this.#state !== 'idle' && this.#state !== 'stopped') return this.#starting ?? undefined;
    this.#state = 'starting';
    this.#stopping = null;
    this.#starting = this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  /**
   * Claims no more, lets running jobs end for `shutdownTimeout`, then aborts them and hands them back without charging an
   * attempt. Jobs that had not started are handed back at once.
   * @param options.timeoutMs instead of the worker's `shutdownTimeout`; 0 aborts at once, also in the midst of a stop
   */
  async stop(options: { readonly timeoutMs?: number } = {}): Promise<StopResult> {
    if (this.#state === 'idle' || this.#state === 'stopped') return { drained: true };
    if (this.#stopping && options.timeoutMs === 0) this.#incarnation?.stopRunning('The worker is stopped now.');
    this.#stopping ??= this.#stop(options.timeoutMs ?? this.parts.settings.shutdownTimeoutMs);
    return this.#stopping;
  }

  /**
   * Starts, and works until SIGTERM or SIGINT (a second signal stops at once), or until `stop` is called.
   * @param options.once stop as soon as nothing is available, running or waiting
   */
  async run(options: { readonly once?: boolean } = {}): Promise<StopResult> {
    return untilStopped(this, options.once ?? false);
  }

  health(): WorkerHealth {
    const incarnation = this.#incarnation;
    return {
      state: this.#state,
      sinceClaimMs: incarnation ? performance.now() - incarnation.poller.answeredAt : 0,
      running: incarnation?.slots.running.size ?? 0,
      waiting: incarnation?.slots.waiting.length ?? 0,
      listening: this.parts.notifier.listening,
    };
  }

  /** Whether the last claim left nothing, and nothing is held. */
  get idle(): boolean {
    const incarnation = this.#incarnation;
    return !!incarnation && incarnation.poller.empty && incarnation.held.size === 0;
  }

  /** A notification, or an enqueue of this process: there may be jobs. */
  wake(): void {
    this.#incarnation?.poller.wake();
  }

  #wakeAll(): void {
    this.#incarnation?.poller.wake();
    this.#wakeServices();
  }

  #wakeServices(): void {
    for (const service of this.parts.services) service.wake();
  }

  async #start(): Promise<void> {
    this.#unwatch = this.parts.database.watchConnections();
    try {
      await this.parts.prepare();
      await this.#begin();
    } catch (error) {
      this.#unwatch();
      this.#state = 'idle';
      throw error;
    }
    // The sockets of a worker keep its process alive, but a database that is away leaves it none.
    this.#keepAlive = setInterval(() => undefined, 60_000);
    this.#state = 'running';
  }

  async #begin(): Promise<void> {
    const incarnation = new Incarnation(this.parts, (reason) => this.#lapse(incarnation, reason));
    this.#incarnation = incarnation;
    this.parts.connect({
      onReady: (listening) => this.#incarnation?.listening(listening),
      onJobs: () => this.#wakeAll(),
      onPutOff: () => this.#wakeServices(),
      onCancel: () => void this.#incarnation?.watch.check(),
      onReleased: (released) => this.#incarnation?.poller.released(released),
      taker: () => this.#incarnation?.taker ?? null,
      onDoubt: () => this.#incarnation?.poller.doubt(),
    });
    await incarnation.start();
  }

  /** All that was held belongs to others; the worker goes on under a new id. */
  #lapse(incarnation: Incarnation, reason: string): void {
    if (this.#incarnation !== incarnation || this.#state === 'draining' || this.#renewing) return;
    this.parts.telemetry.emit('worker.lapse', { workerId: incarnation.id, reason });
    this.#renewing = this.#renew(incarnation).finally(() => (this.#renewing = null));
  }

  async #renew(incarnation: Incarnation): Promise<void> {
    incarnation.abandon();
    await this.#starting?.catch(() => undefined);
    await incarnation.close();
    for (let pause = 100; this.#state === 'running'; pause = Math.min(pause * 2, 5_000)) {
      try {
        return await this.#begin();
      } catch (error) {
        this.parts.telemetry.emit('error', { where: 'registering the worker anew', error, retryInMs: pause });
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #stop(timeoutMs: number): Promise<StopResult> {
    await this.#starting?.catch(() => undefined);
    if (this.#state === 'idle') return { drained: true };
    this.#state = 'draining'; // a renewal under way, which may wait for the database, gives up
    await this.#renewing;
    const incarnation = this.#incarnation;
    const drained = incarnation ? await incarnation.drain(timeoutMs) : true;
    await incarnation?.close();
    await this.parts.close();
    this.#unwatch?.();
    if (this.#keepAlive) clearInterval(this.#keepAlive);
    this.#incarnation = null;
    this.#state = 'stopped';
    if (incarnation) this.parts.telemetry.emit('worker.stop', { workerId: incarnation.id, drained });
    return { drained };
  }
}
