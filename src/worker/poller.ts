import type { ClaimRequest, Engine } from '../engine/engine.js';
import type { Session } from '../repositories/session.js';
import type { ClaimedRow, ClaimRow } from '../repositories/sql/claim-jobs.js';
import { findLostClaims } from '../repositories/sql/find-lost-claims.js';
import type { ReleasedRow } from '../repositories/sql/pass-lock-keys.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import type { Telemetry } from '../telemetry/events.js';
import type { ClaimedBatches } from './claimed-batches.js';
import type { ClaimRange } from './floors.js';
import { Floors } from './floors.js';
import type { Slots } from './slots.js';
import type { WorkerSettings } from './worker-options.js';

/** What the poller needs of its worker. */
export interface PollerParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly telemetry: Telemetry;
  readonly slots: Slots;
  readonly batches: ClaimedBatches;
  readonly settings: WorkerSettings;
  readonly names: readonly string[];
  readonly pipelines: readonly string[];
  readonly workerId: () => string;
  readonly onClaimed: (rows: readonly ClaimedRow[]) => void;
  /** The worker's row is gone. */
  readonly onRemoved: () => void;
}

/** How long an attempt may wait in its worker before it counts as hung, on top of its timeout. */
export const SLACK_MS = 30_000;
const BATCH = 1_000;
const QUICK_POLL_MS = 50;
const FAILURE_PAUSE = { first: 100, last: 5_000 };
/** For so long a server that has not noticed the end of the connection may still be at work on a claim. */
const DOUBT_MS = 10_000;

/**
 * One claim loop for all queues of a worker. It claims when there is room and reason: somebody said that there are jobs,
 * the last claim was full, or the poll interval has passed. Notifications only make it look sooner.
 */
export class Poller {
  readonly #floors = new Floors();
  #timer: NodeJS.Timeout | null = null;
  #claiming: Promise<void> | null = null;
  #wanted = false;
  #more = false;
  /** Whether the last claim was given all that it asked for. */
  #full = false;
  #stopped = true;
  #turn = 0;
  #idlePollMs = QUICK_POLL_MS;
  #pause = FAILURE_PAUSE.first;
  /** When a connection broke under a claim, which may have been committed all the same. */
  #inDoubtSince: number | null = null;
  /** When the loop last asked the database and got an answer; for the liveness probe. */
  answeredAt = performance.now();
  /** Whether notifications arrive, so that polling may be slow. */
  listening = false;

  constructor(private readonly parts: PollerParts) {}

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  /** Claims no more; resolves when a claim under way has been answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#claiming;
  }

  /** There may be jobs. */
  wake(): void {
    this.#wanted = true;
    this.#step();
  }

  /** A slot has become free. */
  refill(): void {
    if (this.#more || this.#wanted) this.#step();
  }

  /** Jobs have become available below the floor. */
  released(rows: readonly ReleasedRow[]): void {
    this.#floors.lower(rows);
    this.wake();
  }

  /** Whether the last claim found less than was asked for. */
  get empty(): boolean {
    return !this.#more && !this.#wanted && !this.#claiming;
  }

  #step(): void {
    if (this.#stopped || this.#claiming || !(this.#wanted || this.#more)) return;
    if (!this.parts.slots.low) return;
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = null;
      this.#step();
      if (!this.#claiming) this.#schedule();
    });
  }

  async #claim(): Promise<void> {
    this.#wanted = false;
    const emptied = this.parts.batches.takeEmptied();
    const started = performance.now();
    try {
      await this.#adoptLost(started);
      const range = this.#floors.next(!this.#full);
      const request = this.#request(emptied, range);
      const { rows, parked } = await this.#ask(request);
      this.answeredAt = performance.now();
      this.#pause = FAILURE_PAUSE.first;
      this.#full = rows.length + parked >= request.limit || parked > 0;
      this.#floors.learn(range, rows, this.#full, this.answeredAt - started);
      // A claim that came back short without looking everywhere is followed by one that does, as far as that is cheap.
      this.#more = this.#full || (!range.whole && this.#floors.next(true).to > 0);
      if (rows.length > 0) this.#idlePollMs = QUICK_POLL_MS;
      if (rows.length === 0) return;
      const { telemetry, workerId } = this.parts;
      telemetry.emit('job.claim', { workerId: workerId(), count: rows.length, parked, ms: this.answeredAt - started });
      this.parts.onClaimed(rows);
    } catch (error) {
      this.parts.batches.giveBack(emptied);
      await this.#failed(error);
    }
  }

  async #ask(request: ClaimRequest): Promise<{ readonly rows: readonly ClaimRow[]; readonly parked: number }> {
    const { engine, session, slots } = this.parts;
    slots.reserve(request.limit);
    try {
      return await engine.claim(session, request);
    } finally {
      slots.unreserve(request.limit);
    }
  }

  /** Whether there may be jobs of this worker's that it does not know. */
  get inDoubt(): boolean {
    return this.#inDoubtSince !== null;
  }

  /** Jobs may have become the worker's by a statement whose answer was lost. */
  doubt(): void {
    this.#inDoubtSince = performance.now();
    this.wake();
  }

  /** Takes over what was claimed by statements whose answers were lost: the lease holds it, and nobody else would. */
  async #adoptLost(now: number): Promise<void> {
    if (this.#inDoubtSince === null) return;
    if (this.parts.slots.isExpecting) {
      this.#wanted = true; // jobs whose tokens are not known yet are on their way, and would be taken twice
      return;
    }
    const { session, settings, batches, workerId, telemetry, onClaimed } = this.parts;
    const rows = await session.run(findLostClaims, [workerId(), batches.tokens, settings.defaultTimeoutMs]);
    if (now - this.#inDoubtSince > DOUBT_MS) this.#inDoubtSince = null;
    if (rows.length === 0) return;
    telemetry.emit('job.claim', { workerId: workerId(), count: rows.length, parked: 0, ms: performance.now() - now });
    onClaimed(rows);
  }

  #request(emptied: readonly string[], range: ClaimRange): ClaimRequest {
    const { settings, slots, names, pipelines, workerId } = this.parts;
    const limit = Math.min(BATCH, slots.room);
    return {
      workerId: workerId(),
      workerName: settings.name,
      names,
      pipelines,
      limit,
      queues: this.#queuesInTurn().map((name) => ({
        name,
        room: Math.min(limit, slots.roomOf(name)),
        floors: range.floorsOf(name),
      })),
      defaultTimeoutMs: settings.defaultTimeoutMs,
      slackMs: SLACK_MS,
      emptied,
      behind: { from: range.from, to: range.to },
    };
  }

  /** Another queue comes first each time, so that a full one cannot starve the others. */
  #queuesInTurn(): string[] {
    const names = [...this.parts.settings.queues.keys()];
    const start = this.#turn++ % Math.max(1, names.length);
    return [...names.slice(start), ...names.slice(0, start)].filter((name) => this.parts.slots.roomOf(name) > 0);
  }

  async #failed(error: unknown): Promise<void> {
    const { telemetry, onRemoved } = this.parts;
    const failure = sqlFailure(error);
    if (failure === 'worker-removed') return onRemoved();
    if (failure === 'connection') this.#inDoubtSince = performance.now();
    this.#wanted = true;
    telemetry.emit('error', { where: 'claiming jobs', error, retryInMs: this.#pause });
    const pause = this.#pause * (0.75 + Math.random() / 2);
    this.#pause = Math.min(this.#pause * 2, FAILURE_PAUSE.last);
    await new Promise<void>((resolve) => setTimeout(resolve, pause).unref());
  }

  /** Without notifications an idle worker looks often at first, then ever less until the poll interval. */
  #schedule(): void {
    if (this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    const { pollIntervalMs } = this.parts.settings;
    this.#idlePollMs = Math.min(this.#idlePollMs * 2, pollIntervalMs);
    const wait = this.listening ? pollIntervalMs : this.#idlePollMs;
    this.#timer = setTimeout(() => this.wake(), wait * (0.9 + Math.random() / 5));
    this.#timer.unref();
  }
}
