import type { Model } from './model.js';
import type { ModelAttempt } from './model-attempt.js';
import type { Ask, ModelCheckpoint, Reached } from './model-checkpoint.js';

/** What the handler of an attempt finds at its next place, and what is recorded there. */
export function reachIn(model: Model, attempt: ModelAttempt, ask: Ask): Reached {
  const place = ++attempt.place;
  attempt.hasCheckpoints = true;
  attempt.seen ??= look(model, attempt.job);
  if (attempt.suspension) return { suspends: attempt.suspension.reason };
  if (attempt.aborted) return { throws: attempt.aborted.code };
  const seen = attempt.seen.get(place);
  if (seen && (seen.name !== ask.name || kindAsked(seen) !== ask.kind)) return { throws: 'CHECKPOINT_MISMATCH' };
  const own = new Place(model, attempt, place);
  switch (ask.kind) {
    case 'step':
      return seen ? { gives: seen.result } : own.record(ask, { by: attempt.id }, null);
    case 'sleep':
      return sleep(own, ask, seen);
    case 'signal':
      return wait(own, ask, seen);
  }
}

/** What somebody asked for who got this recorded. */
export const kindAsked = ({ kind }: ModelCheckpoint): Ask['kind'] => (kind === 'timeout' ? 'signal' : kind);

/** What an attempt sees at its first look, and goes by from then on. */
export interface Seen extends ModelCheckpoint {
  /** Until a sleep or a wait was over at that moment. */
  readonly leftMs: number;
}

function look(model: Model, job: string): Map<number, Seen> {
  const recorded = [...model.checkpoints.values()].filter((each) => each.job === job);
  return new Map(recorded.map((each) => [each.place, { ...each, leftMs: (each.dueAt ?? model.now) - model.now }]));
}

function sleep(own: Place, ask: Ask & { readonly kind: 'sleep' }, seen: Seen | undefined): Reached {
  const answer = seen ? null : own.record(ask, null, ask.ms);
  if (answer && 'throws' in answer) return answer;
  const leftMs = seen?.leftMs ?? ask.ms;
  return leftMs > 0 ? own.suspend(leftMs, `sleeps: ${ask.name}`, null) : { gives: null };
}

function wait(own: Place, ask: Ask & { readonly kind: 'signal' }, seen: Seen | undefined): Reached {
  if (seen?.kind === 'timeout') return { throws: 'SIGNAL_TIMEOUT' };
  if (seen && seen.result !== null) return { gives: seen.result };
  const answer = seen ? null : own.record(ask, null, ask.timeoutMs);
  if (answer && 'throws' in answer) return answer;
  const leftMs = seen?.leftMs ?? ask.timeoutMs;
  return (
    own.take(ask.name) ?? (leftMs > 0 ? own.suspend(leftMs, `waits for signal ${ask.name}`, ask.name) : own.expire())
  );
}

/** A place of an attempt. Who has lost the job changes nothing there. */
class Place {
  constructor(
    private readonly model: Model,
    private readonly attempt: ModelAttempt,
    private readonly place: number,
  ) {}

  record({ kind, name }: Ask, result: unknown, forMs: number | null): Reached {
    const { model, place } = this;
    const { job } = this.attempt;
    if (!model.owned(this.attempt)) return LOST;
    const dueAt = forMs === null ? null : model.now + forMs;
    model.checkpoints.set(this.#key, { job, place, kind, name, result, dueAt, createdAt: model.now });
    return { gives: result };
  }

  /** The first signal of that name that is valid; those before it are refused, whoever looks at them. */
  take(name: string): Reached | null {
    const { model, attempt } = this;
    const sent = model.signalsOf(attempt.job).filter((each) => each.name === name && !each.refused);
    const valid = sent.findIndex(({ payload }) => typeof payload.approved === 'boolean');
    for (const invalid of valid < 0 ? sent : sent.slice(0, valid)) invalid.refused = true;
    const taken = sent[valid];
    if (!taken) return null;
    if (!model.owned(attempt)) return LOST;
    this.#change({ result: taken.payload });
    model.signals.delete(taken.id);
    return { gives: taken.payload };
  }

  expire(): Reached {
    if (!this.model.owned(this.attempt)) return LOST;
    this.#change({ kind: 'timeout' });
    return { throws: 'SIGNAL_TIMEOUT' };
  }

  /** A little longer than is left, as the database counts it: in seconds. */
  suspend(leftMs: number, reason: string, waitsFor: string | null): Reached {
    this.attempt.suspension = { delayMs: Math.ceil((leftMs / 1_000) * 1_000) + 1, reason, waitsFor };
    return { suspends: reason };
  }

  #change(changes: Partial<ModelCheckpoint>): void {
    const recorded = this.model.checkpoints.get(this.#key);
    if (!recorded) throw new Error(`nothing is recorded for ${this.#key}`);
    Object.assign(recorded, changes);
  }

  get #key(): string {
    return `${this.attempt.job} at ${this.place}`;
  }
}

const LOST = { throws: 'LEASE_LOST' } as const;
