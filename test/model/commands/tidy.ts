import fc from 'fast-check';
import { NIL } from 'uuid';
import { isFinal } from '../../../src/core/job-state.js';
import { pruneCheckpoints } from '../../../src/repositories/sql/prune-checkpoints.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import type { System } from '../system.js';

export class Tidy extends ModelCommand {
  constructor(private readonly limit: number) {
    super();
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { limit } = this;
    const after = model.tidiedUpTo === null ? NIL : system.idOf(model.tidiedUpTo);
    const next = [...new Set([...model.checkpoints.values(), ...model.signals.values()].map(({ job }) => job))]
      .filter((job) => system.idOf(job) > after)
      .sort((a, b) => (system.idOf(a) < system.idOf(b) ? -1 : 1))
      .slice(0, limit);
    const stray = next.filter((job) => isStray(model, job));
    const [row] = await system.database.run(pruneCheckpoints, [after, limit]);
    const last = next[limit - 1] ?? null;
    const told = row && { pruned: row.pruned, last: row.last === null ? null : system.nameOf(row.last) };
    expectSame('what was pruned', { pruned: stray.length, last }, told);
    for (const job of stray) model.forget(job);
    model.tidiedUpTo = last;
    return `tidy up after ${next.join(' ') || 'none'} → ${stray.join(' ') || 'nothing'}`;
  }

  toString(): string {
    return `tidy(${this.limit})`;
  }
}

/** Neither unfinished nor a dead letter, which goes on where it stopped if it is redriven. */
function isStray({ jobs }: Model, id: string): boolean {
  const job = jobs.get(id);
  return job === undefined || (isFinal(job.state) && job.state !== 'discarded');
}

/** Retention goes on to the next jobs that have checkpoints or signals, and removes those of jobs that are over. */
export const tidy: fc.Arbitrary<ModelCommand> = fc.constantFrom(2, 1, 100).map((limit) => new Tidy(limit));
