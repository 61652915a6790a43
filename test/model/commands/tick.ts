import fc from 'fast-check';
import type { Model } from '../model.js';
import { ModelCommand } from '../model-command.js';
import type { System } from '../system.js';

export class Tick extends ModelCommand {
  constructor(
    private readonly moment: number | null,
    private readonly by: number,
  ) {
    super();
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const ahead = this.moment === null ? undefined : model.moments()[this.moment];
    model.now = Math.max(model.now, (ahead ?? model.now) + this.by);
    await system.setClock(model.now);
    return `the clock is at ${model.now} ms`;
  }

  toString(): string {
    return this.moment === null ? `tick(${this.by} ms)` : `tick(to moment ${this.moment}, ${this.by} ms)`;
  }
}

/** Time passes: by some milliseconds, or to a moment at which something is due or runs out, one before, or one after it. */
export const tick: fc.Arbitrary<ModelCommand> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.nat(3), fc.constantFrom(0, 1, -1)).map(([moment, by]) => new Tick(moment, by)) },
  { weight: 2, arbitrary: fc.constantFrom(12_000, 1, 1_000, 12_000, 62_000).map((by) => new Tick(null, by)) },
);
