import type { Duration } from '../core/duration.js';
import {
  AttemptAbortedError,
  CheckpointMismatchError,
  DefinitionError,
  PayloadError,
  SignalTimeoutError,
} from '../core/errors.js';
import type { PayloadClass } from '../core/handler-class.js';
import { toJson, toStorableText } from '../core/json.js';
import { LIMITS } from '../core/limits.js';
import { Suspension } from '../core/steering.js';
import type { WaitOptions } from '../registry/job-context.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { Database } from '../repositories/database.js';
import type { CheckpointRow } from '../repositories/sql/find-checkpoints.js';
import { expireWait } from '../repositories/sql/expire-wait.js';
import { findCheckpoints } from '../repositories/sql/find-checkpoints.js';
import { findSignal } from '../repositories/sql/find-signal.js';
import { refuseSignal } from '../repositories/sql/refuse-signal.js';
import { saveCheckpoint } from '../repositories/sql/save-checkpoint.js';
import { takeSignal } from '../repositories/sql/take-signal.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Attempt } from './attempt.js';
import type { Due } from './due.js';
import { due } from './due.js';

export interface CheckpointsParts {
  readonly database: Database;
  readonly codec: PayloadCodec;
  readonly telemetry: Telemetry;
}

type Kind = 'step' | 'sleep' | 'signal';

const NEVER: Due = { ms: null, at: null };
const LONGEST: Duration = '365d';
/** A little more than is left: a job that is promoted in time must not find that it woke too early. */
const MARGIN_MS = 1;
const MAX_NAME = 200;

/**
 * The durable calls of one attempt. Each has a place, in the order in which the handler makes them; what earlier attempts
 * have recorded there is given back, and what is asked for there must be what was recorded. All is written under the fence
 * of the attempt. Sleeping and waiting end the attempt, which costs no slot and no try, and the next one comes past again.
 */
export class Checkpoints {
  readonly #attempt: Attempt;
  #recorded: Promise<ReadonlyMap<number, CheckpointRow>> | null = null;
  #place = 0;

  constructor(
    attempt: Attempt,
    private readonly parts: CheckpointsParts,
  ) {
    this.#attempt = attempt;
  }

  async step(name: string, work: () => unknown): Promise<unknown> {
    const { place, recorded } = await this.#reach('step', name);
    if (recorded) return recorded.result;
    const what = `What step "${name}" of job "${this.#attempt.row.name}" returned`;
    const result = toJson(await work(), what, LIMITS.resultBytes);
    await this.#save(place, 'step', name, result, NEVER);
    return JSON.parse(result);
  }

  async sleep(name: string, until: Duration | Date): Promise<void> {
    const { place, recorded } = await this.#reach('sleep', name);
    const leftMs =
      recorded?.leftMs ?? (await this.#save(place, 'sleep', name, null, due(until, `job.sleep("${name}")`)));
    if (leftMs > 0) this.#suspend(leftMs, `sleeps: ${name}`, null);
  }

  async waitFor<P extends object>(
    name: string,
    payloadClass: PayloadClass<P>,
    { timeout = LONGEST }: WaitOptions,
  ): Promise<P> {
    const { place, recorded } = await this.#reach('signal', name);
    if (recorded?.kind === 'timeout') throw new SignalTimeoutError(this.#attempt.id, name);
    if (recorded && recorded.result !== null) return this.#decode(name, payloadClass, recorded.result);
    const end = due(timeout, `job.waitFor("${name}") timeout`);
    const leftMs = recorded?.leftMs ?? (await this.#save(place, 'signal', name, null, end));
    const taken = await this.#take(place, name, payloadClass);
    if (taken) return taken;
    if (leftMs <= 0) return this.#expire(place, name);
    return this.#suspend(leftMs, `waits for signal ${name}`, name);
  }

  /** The next place, with what is recorded there. Places are given out at the call, so calls may be awaited together. */
  async #reach(kind: Kind, name: string): Promise<{ readonly place: number; readonly recorded?: CheckpointRow }> {
    const attempt = this.#attempt;
    const place = ++this.#place;
    if (attempt.definition.transactional) throw inTransaction(attempt.definition.handlerClass.name);
    if (typeof name !== 'string' || name === '' || name.length > MAX_NAME) throw badName(name);
    attempt.hasCheckpoints = true;
    this.#recorded ??= this.#find();
    const recorded = (await this.#recorded).get(place);
    if (attempt.suspension) end(attempt.suspension);
    if (attempt.aborted) throw attempt.aborted;
    if (!recorded) return { place };
    const recordedKind: Kind = recorded.kind === 'timeout' ? 'signal' : recorded.kind;
    if (recordedKind === kind && recorded.name === name) return { place, recorded };
    const [before, now] = [describe(recordedKind, recorded.name), describe(kind, name)];
    throw new CheckpointMismatchError(attempt.id, attempt.row.name, place, before, now);
  }

  async #find(): Promise<ReadonlyMap<number, CheckpointRow>> {
    const rows = await this.parts.database.run(findCheckpoints, [this.#attempt.id]);
    return new Map(rows.map((row) => [row.place, row]));
  }

  /** @returns the milliseconds that are left until it is due */
  async #save(place: number, kind: Kind, name: string, result: string | null, { ms, at }: Due): Promise<number> {
    const { id, token } = this.#attempt;
    const [saved] = await this.parts.database.run(saveCheckpoint, [id, token, place, kind, name, result, ms, at]);
    if (!saved) throw lost(id);
    return saved.leftMs ?? 0;
  }

  /** The first signal of that name whose payload is valid; those before it are kept, with what is wrong with them. */
  async #take<P extends object>(place: number, name: string, payloadClass: PayloadClass<P>): Promise<P | null> {
    const { id, token } = this.#attempt;
    const { database, telemetry } = this.parts;
    for (;;) {
      const [signal] = await database.run(findSignal, [id, name]);
      if (!signal) return null;
      try {
        const payload = await this.#decode(name, payloadClass, signal.payload);
        const taken = await database.run(takeSignal, [id, token, place, signal.id]);
        if (taken.length === 0) throw lost(id);
        return payload;
      } catch (error) {
        if (!(error instanceof PayloadError)) throw error;
        const message = `Signal "${name}" was refused, and is waited for still. ${error.message}`;
        telemetry.emit('job.log', { ...this.#attempt.facts(), level: 'warn', message });
        await database.run(refuseSignal, [id, signal.id, toStorableText(error.message, LIMITS.progressMessage)]);
      }
    }
  }

  async #decode<P extends object>(name: string, payloadClass: PayloadClass<P>, stored: unknown): Promise<P> {
    return (await this.parts.codec.decode(
      { name: `${this.#attempt.row.name}, signal ${name}`, payloadClass },
      stored,
    )) as P;
  }

  async #expire(place: number, name: string): Promise<never> {
    const { id, token } = this.#attempt;
    const expired = await this.parts.database.run(expireWait, [id, token, place]);
    throw expired.length === 0 ? lost(id) : new SignalTimeoutError(id, name);
  }

  #suspend(leftMs: number, reason: string, waitsFor: string | null): never {
    this.#attempt.suspension = new Suspension(Math.ceil(leftMs) + MARGIN_MS, reason, waitsFor);
    return end(this.#attempt.suspension);
  }
}

function end(suspension: Suspension): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- no Error, so that handlers do not take it for a failure
  throw suspension;
}

const describe = (kind: Kind, name: string): string => `${kind} "${name}"`;

function lost(id: string): AttemptAbortedError {
  return new AttemptAbortedError('LEASE_LOST', `Job ${id} belongs to another attempt; nothing was recorded.`);
}

function badName(name: unknown): DefinitionError {
  return new DefinitionError(
    'OPTION_INVALID',
    `${JSON.stringify(name) ?? String(name)} is no name of a checkpoint. Give a text of 1 to ${MAX_NAME} characters, the same in each attempt.`,
  );
}

function inTransaction(handler: string): DefinitionError {
  return new DefinitionError(
    'HANDLER_INVALID',
    `${handler} is @Transactional(), and asks for a checkpoint: all that it does is undone if its attempt does not complete, ` +
      'and so nothing can be recorded on the way. Take @Transactional() away, or do without checkpoints.',
  );
}
