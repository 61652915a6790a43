import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { registerWorker } from '../../../src/repositories/sql/register-worker.js';
import type { Model } from '../model.js';
import { ModelCommand } from '../model-command.js';
import type { System } from '../system.js';

/** More than a few at once find nothing new. The dead ones, which only a sweep removes, do not count. */
const WORKERS = 3;

export class Register extends ModelCommand {
  constructor(private readonly leaseMs: number) {
    super();
  }

  override check({ workers, now }: Model): boolean {
    return [...workers.values()].filter(({ heartbeatAt, leaseMs }) => heartbeatAt + leaseMs > now).length < WORKERS;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const [id, { leaseMs }] = [model.nextWorkerId(), this];
    system.introduce(id, uuid());
    await system.database.run(registerWorker, [
      system.idOf(id),
      'a worker',
      'host',
      1,
      '0',
      ['a'],
      ['greet'],
      10,
      leaseMs,
    ]);
    model.workers.set(id, { id, leaseMs, heartbeatAt: model.now, blockedMs: 0, draining: false });
    return `${id} registers with a lease of ${leaseMs} ms`;
  }

  toString(): string {
    return `register(${this.leaseMs} ms)`;
  }
}

/** A worker begins its lease. */
export const register: fc.Arbitrary<ModelCommand> = fc
  .constantFrom(600_000, 30_000, 5_000)
  .map((lease) => new Register(lease));
