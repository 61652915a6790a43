import fc from 'fast-check';
import type { Events } from '../../../src/telemetry/events.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { rescueIn } from '../rescue-in.js';
import type { System } from '../system.js';

export class Rescue extends ModelCommand {
  protected async perform(model: Model, system: System): Promise<string> {
    const expected = rescueIn(model);
    const rescued: Events['job.rescue'][] = [];
    const off = system.telemetry.on('job.rescue', (event) => rescued.push(event));
    await system.rescuer.sweep();
    off();
    const told = rescued.map(({ id, dead, cancelled, attempt }) => ({
      job: system.nameOf(id),
      dead,
      cancelled,
      attempt,
    }));
    const sorted = <T extends { readonly job: string }>(list: readonly T[]): T[] =>
      list.toSorted((a, b) => (a.job < b.job ? -1 : 1));
    expectSame('what was rescued', sorted(expected.rescued), sorted(told));
    const words = expected.rescued.map(({ job, cancelled }) => `${job}${cancelled ? ' cancelled' : ''}`);
    for (const { id } of expected.freed) words.push(`${id} gets its key`);
    for (const id of expected.buried) words.push(`${id} is removed`);
    return `rescue → ${words.join(', ') || 'nothing'}`;
  }

  toString(): string {
    return 'rescue()';
  }
}

/** The sweep of the leader: what dead workers and hung attempts hold, keys whose holders let them lapse. */
export const rescue: fc.Arbitrary<ModelCommand> = fc.constant(null).map(() => new Rescue());
