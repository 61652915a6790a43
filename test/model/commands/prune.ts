import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import type { System } from '../system.js';

class Prune extends ModelCommand {
  protected async perform(model: Model, system: System): Promise<string> {
    const old = [...model.jobs.values()].filter(({ pruneAt }) => pruneAt !== null && pruneAt <= model.now);
    const keys = [...model.uniqueKeys].filter(([, { expiresAt }]) => expiresAt !== null && expiresAt <= model.now);
    const pruned = await system.engine.prune(system.database, 100);
    expectSame('what was pruned', { jobs: old.length, keys: keys.length, runs: 0 }, { ...pruned });
    for (const { id } of old) model.jobs.delete(id);
    for (const [name] of keys) model.uniqueKeys.delete(name);
    return `prune → ${[...old.map(({ id }) => id), ...keys.map(([name]) => name)].join(' ') || 'nothing'}`;
  }

  toString(): string {
    return 'prune()';
  }
}

/** Retention removes finished jobs, and unique keys whose period is over. */
export const prune: fc.Arbitrary<ModelCommand> = fc.constant(null).map(() => new Prune());
