import fc from 'fast-check';
import type { Way } from '../handlers.js';
import { endIn } from '../end-in.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { UNBEGUN, type ModelAttempt } from '../model-attempt.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

export interface Choice {
  readonly attempt: number;
  readonly way: Way;
  /** Whether it may be one that has ended already: somebody who thinks that it has not. */
  readonly again?: boolean;
  /** Whether it is one of those that are to go on later, if there are any. */
  readonly suspended?: boolean;
}

/** Attempts end, some of which may long be somebody else's: their answers are stored in one group, or refused. */
export class End extends ModelCommand {
  constructor(
    private readonly verb: string,
    private readonly choices: readonly Choice[],
  ) {
    super();
  }

  override check({ attempts }: Model): boolean {
    return attempts.some(({ ended }) => !ended) || (attempts.length > 0 && this.choices.some(({ again }) => again));
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const ways = new Map<ModelAttempt, Way>();
    const open = model.attempts.filter(({ ended }) => !ended);
    const waiting = open.filter(({ suspension }) => suspension);
    for (const { attempt, way, again, suspended } of this.choices) {
      const among = again ? model.attempts : suspended && waiting.length > 0 ? waiting : open;
      if (among.length > 0) ways.set(pick(among, attempt), way);
    }
    const first = [...ways.keys()].filter(({ ended }) => !ended);
    for (const attempt of ways.keys()) if (attempt.ended) Object.assign(attempt, UNBEGUN);
    const expected = endIn(model, ways);
    const { fates, released } = await system.end(new Map([...ways].map(([{ id }, way]) => [id, way])));
    for (const { id, job } of ways.keys())
      expectSame(`what becomes of ${id} of ${job}`, expected.fates.get(id), fates.get(id));
    const place = (at: { queue: string; priority: number; seq: string | number }): string =>
      `${at.queue} ${at.priority} ${at.seq}`;
    expectSame('what became available', expected.released.map(place).sort(), released.map(place).sort());
    for (const { worker, token } of first) {
      const { batches, floors } = system.memoryOf(worker);
      batches.finish(String(token));
      floors.lower(released);
      model.lowerFloors(worker, expected.released);
    }
    const said = [...ways].map(([{ id, job }, way]) => `${way} of ${job} (${id}) → ${fates.get(id)}`);
    return `end ${said.join('; ')}`;
  }

  toString(): string {
    return `${this.verb}(${this.choices.map(({ attempt, way, again }) => `${way} of ${attempt}${again ? ' again' : ''}`).join(', ')})`;
  }
}

/** One to three attempts that all end in one way. */
export function ending(verb: string, ...ways: readonly Way[]): fc.Arbitrary<ModelCommand> {
  const again = fc.nat(4).map((n) => n === 4);
  const choice = fc.record({ attempt: fc.nat(7), way: fc.constantFrom(...ways), again });
  return fc.array(choice, { minLength: 1, maxLength: 3 }).map((choices) => new End(verb, choices));
}
