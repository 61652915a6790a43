import fc from 'fast-check';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import type { System } from '../system.js';

class Prune extends ModelCommand {
  protected async perform(model: Model, system: System): Promise<string> {
    const old = [...model.jobs.values()].filter(({ pruneAt }) => pruneAt !== null && pruneAt <= model.now);
    const keys = [...model.uniqueKeys].filter(([, { expiresAt }]) => expiresAt !== null && expiresAt <= model.now);
    const locks = [...model.locks.values()].filter(
      ({ key, expiresAt }) => expiresAt !== null && expiresAt <= model.now && model.waitersOf(key).length === 0,
    );
    const runs = [...model.runs.values()].filter(({ pruneAt }) => pruneAt !== null && pruneAt <= model.now);
    const pruned = await system.engine.prune(system.database, 100);
    expectSame(
      'what was pruned',
      { jobs: old.length, keys: keys.length, locks: locks.length, runs: runs.length },
      { ...pruned },
    );
    for (const { id } of old) model.jobs.delete(id);
    for (const [name] of keys) model.uniqueKeys.delete(name);
    for (const { key } of locks) model.locks.delete(key);
    for (const { id } of runs) {
      for (const { step } of model.stepsOf(id)) model.steps.delete(`${id}.${step}`);
      model.runs.delete(id);
    }
    const names = [
      ...old.map(({ id }) => id),
      ...keys.map(([name]) => name),
      ...locks.map(({ key }) => `lock ${key}`),
      ...runs.map(({ id }) => id),
    ];
    return `prune → ${names.join(' ') || 'nothing'}`;
  }

  toString(): string {
    return 'prune()';
  }
}

/** Retention removes finished jobs, unique keys whose period is over, and locks that ran out and nobody waits for. */
export const prune: fc.Arbitrary<ModelCommand> = fc.constant(null).map(() => new Prune());
