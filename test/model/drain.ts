import { Claim } from './commands/claim.js';
import { End } from './commands/end.js';
import { Promote } from './commands/promote.js';
import { Register } from './commands/register.js';
import { Rescue } from './commands/rescue.js';
import { Tick } from './commands/tick.js';
import { Tidy } from './commands/tidy.js';
import { Unlock } from './commands/unlock.js';
import { NAMES } from './handlers.js';
import type { Model } from './model.js';
import { expectSame, type ModelCommand } from './model-command.js';
import type { System } from './system.js';

/** Far beyond what any sequence leaves to do. */
const ROUNDS = 30;
const LONGER_THAN_ANY_LEASE_MS = 2_000_000;

/**
 * No state is without an exit: from wherever the commands have led, time, a sweep and a worker lead every job to its end,
 * and nothing is left of what runs or is locked. Holders of locks let them lapse, and hear of it in the end.
 */
export async function drain(model: Model, system: System): Promise<void> {
  const perform = async (...commands: readonly ModelCommand[]): Promise<void> => {
    for (const command of commands) if (command.check(model)) await command.run(model, system);
  };
  for (let round = 0; round < ROUNDS && model.unfinished().length > 0; round++) {
    await perform(new Tick(null, LONGER_THAN_ANY_LEASE_MS), new Rescue(), new Promote(), new Register(30_000));
    const before = model.attempts.length;
    await perform(new Claim({ worker: 0, look: 'everywhere', limit: 100, room: 100, names: NAMES, pipelines: true }));
    const claimed = model.attempts.length - before;
    const choices = Array.from({ length: claimed }, (_, attempt) => ({ attempt, way: 'return' as const }));
    if (claimed > 0) await perform(new End('complete', choices));
  }
  await perform(new Tick(null, LONGER_THAN_ANY_LEASE_MS), new Rescue());
  while (model.holders.length > 0) await perform(new Unlock(0));
  await perform(new Tidy(1_000), new Tidy(1_000));
  const left = {
    strays: [...model.checkpoints.values()].filter(({ job }) => model.jobs.get(job)?.state !== 'discarded').length,
    unfinished: model.unfinished().length,
    runs: [...model.runs.values()].filter(({ finishedAt }) => finishedAt === null).length,
    claims: model.claims.size,
    locks: model.locks.size,
    workers: model.workers.size,
  };
  expectSame(
    'what is left when all has come to its end',
    { strays: 0, unfinished: 0, runs: 0, claims: 0, locks: 0, workers: 0 },
    left,
  );
}
