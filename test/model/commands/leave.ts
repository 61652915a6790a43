import fc from 'fast-check';
import { removeWorker } from '../../../src/repositories/sql/remove-worker.js';
import { sqlFailure } from '../../../src/repositories/sql-errors.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

class Leave extends ModelCommand {
  constructor(private readonly worker: number) {
    super();
  }

  override check({ workers }: Model): boolean {
    return workers.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { id } = pick([...model.workers.values()], this.worker);
    const mine = [...model.claims.values()].filter(({ worker }) => worker === id);
    const busy = mine.some(({ token, jobs }) =>
      jobs.some((job) => model.jobs.get(job)?.token === token && model.jobs.get(job)?.state === 'running'),
    );
    const answer = await system.database.run(removeWorker, [system.idOf(id)]).then(
      () => 'gone',
      (error: unknown) => sqlFailure(error),
    );
    expectSame(`what becomes of ${id}`, busy ? 'worker-removed' : 'gone', answer);
    if (!busy) {
      for (const { token } of mine) model.claims.delete(token);
      model.workers.delete(id);
    }
    return `${id} leaves${busy ? ', and is refused: it has unfinished claims' : ''}`;
  }

  toString(): string {
    return `leave(${this.worker})`;
  }
}

/** A worker that stops removes its row; while a claim of it is unfinished the row stays, for the rescue to find. */
export const leave: fc.Arbitrary<ModelCommand> = fc.nat(5).map((worker) => new Leave(worker));
