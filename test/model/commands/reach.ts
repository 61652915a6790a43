import fc from 'fast-check';
import { DURABLE } from '../handlers.js';
import type { Model } from '../model.js';
import type { ModelAttempt } from '../model-attempt.js';
import type { Ask, Reached } from '../model-checkpoint.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pick } from '../pick.js';
import { kindAsked, reachIn } from '../reach-in.js';
import type { System } from '../system.js';

interface Way {
  readonly attempt: number;
  readonly ask: Ask;
  /** Whether it may be one that has lost its job, or has ended: a handler that has not noticed. */
  readonly late: boolean;
  /** Whether its code is not that of the attempts before. */
  readonly changed: boolean;
}

/**
 * A handler goes on: past all that earlier attempts have recorded, which it is given back, and to the next place. It asks there
 * for what they asked for, unless its code has changed.
 */
class Reach extends ModelCommand {
  constructor(private readonly way: Way) {
    super();
  }

  override check(model: Model): boolean {
    return this.#open(model).length > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const attempt = pick(this.#open(model), this.way.attempt);
    const said: string[] = [];
    for (let goesOn = true; goesOn;) {
      const before = this.way.changed ? null : recordedAt(model, attempt);
      const ask = before ?? this.way.ask;
      const expected = reachIn(model, attempt, ask);
      const reached = await system.calls.reach(system.attemptOf(attempt.id), ask, { by: attempt.id });
      expectSame(`what ${attempt.id} of ${attempt.job} gets for ${describeAsk(ask)}`, expected, reached);
      said.push(`${describeAsk(ask)} ${describeReached(reached)}`);
      goesOn = before !== null && 'gives' in reached;
    }
    return `${attempt.id} of ${attempt.job} comes past ${said.join(', ')}`;
  }

  #open(model: Model): ModelAttempt[] {
    return model.attempts.filter(
      (each) => each.name === DURABLE && each.attempt <= each.maxAttempts && (this.way.late || model.owned(each)),
    );
  }

  toString(): string {
    const { attempt, ask, late, changed } = this.way;
    return `${describeAsk(ask)} of ${attempt}${late ? ', late' : ''}${changed ? ', changed' : ''}`;
  }
}

/** What the code asks for at the next place of an attempt, as far as that can be known. */
function recordedAt(model: Model, attempt: ModelAttempt): Ask | null {
  const recorded = model.checkpoints.get(`${attempt.job} at ${attempt.place + 1}`);
  if (!recorded) return null;
  const { name } = recorded;
  switch (kindAsked(recorded)) {
    case 'step':
      return { kind: 'step', name };
    case 'sleep':
      return { kind: 'sleep', name, ms: 1 };
    case 'signal':
      return { kind: 'signal', name, timeoutMs: 1 };
  }
}

const describeAsk = (ask: Ask): string =>
  ask.kind === 'step'
    ? `step ${ask.name}`
    : ask.kind === 'sleep'
      ? `sleep ${ask.name} of ${ask.ms} ms`
      : `signal ${ask.name}`;

function describeReached(reached: Reached): string {
  if ('suspends' in reached) return '→ suspended';
  return 'throws' in reached ? `→ ${reached.throws}` : `→ ${JSON.stringify(reached.gives)}`;
}

/** A handler that asks for one of these. */
export const reaching = (ask: fc.Arbitrary<Ask>): fc.Arbitrary<ModelCommand> => {
  const oneIn = (n: number): fc.Arbitrary<boolean> => fc.nat(n - 1).map((drawn) => drawn === n - 1);
  return fc.record({ attempt: fc.nat(5), ask, late: oneIn(5), changed: oneIn(12) }).map((way) => new Reach(way));
};
