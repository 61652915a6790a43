import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pickSome } from '../pick.js';
import { cancelRun as cancelInModel, sweep } from '../run-in.js';
import type { System } from '../system.js';

class CancelRun extends ModelCommand {
  constructor(
    private readonly runs: readonly number[],
    private readonly undo: boolean,
  ) {
    super();
  }

  override check({ runs }: Model): boolean {
    return runs.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const runs = pickSome([...model.runs.values()], this.runs);
    const stopped = runs.filter((run) => cancelInModel(model, run, 'not needed', this.undo));
    sweep(model);
    const ids = runs.map(({ id }) => system.idOf(id));
    const answer = await system.pipelines.cancelRuns(ids, 'not needed', { undo: this.undo });
    expectSame('which were running', stopped.map(({ id }) => id).sort(), answer.map((id) => system.nameOf(id)).sort());
    return `cancel runs ${runs.map(({ id }) => id).join(' ')}${this.undo ? ' and undo them' : ''} → ${stopped.length}`;
  }

  toString(): string {
    return `cancelRun(${this.runs.join(', ')}${this.undo ? ', undo' : ''})`;
  }
}

/** A caller stops runs: no step begins any more, what waits is cancelled, what runs is asked to stop; what is done is undone, or not. */
export const cancelRun: fc.Arbitrary<ModelCommand> = fc
  .tuple(fc.array(fc.nat(4), { minLength: 1, maxLength: 2 }), fc.boolean())
  .map(([runs, undo]) => new CancelRun(runs, undo));
