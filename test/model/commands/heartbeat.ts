import fc from 'fast-check';
import { heartbeatWorker } from '../../../src/repositories/sql/heartbeat-worker.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

class Heartbeat extends ModelCommand {
  constructor(
    private readonly worker: number,
    private readonly draining: boolean,
  ) {
    super();
  }

  override check({ workers }: Model): boolean {
    return workers.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const worker = pick([...model.workers.values()], this.worker);
    const alive = worker.heartbeatAt + worker.leaseMs > model.now;
    const rows = await system.database.run(heartbeatWorker, [system.idOf(worker.id), 12, this.draining]);
    expectSame(`whether ${worker.id} still has its lease`, alive, rows.length === 1);
    if (alive) Object.assign(worker, { heartbeatAt: model.now, blockedMs: 12, draining: this.draining });
    return `${worker.id} beats${alive ? '' : ', too late'}`;
  }

  toString(): string {
    return `heartbeat(${this.worker})`;
  }
}

/** A worker renews its lease; one that has run out stays so. */
export const heartbeat: fc.Arbitrary<ModelCommand> = fc
  .tuple(fc.nat(5), fc.boolean())
  .map(([worker, draining]) => new Heartbeat(worker, draining));
