import { QUEUE } from '../adapters/adapter.js';
import type { Worker } from '../child/worker.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';
import { untilHandled } from './until-handled.js';

/** How many are worked off before what is measured; none by workflow engines, which wait for the database, and cannot begin twice. */
export function warmUpOf({ system, plan }: Stage, workers: number): number {
  return system.kind === 'workflow' ? 0 : workers * plan.warmUp;
}

/** Lets the crew work that off, and stop. */
export async function warmUp(
  stage: Stage,
  crew: readonly Member<Worker>[],
  of: 'jobs' | 'pipelines',
  fill: (count: number) => Promise<unknown>,
): Promise<void> {
  const count = warmUpOf(stage, crew.length);
  if (count === 0) return;
  await fill(count);
  await untilHandled(stage, crew, count);
  await stage.producer.call.settled(of, 60);
  await Promise.all(crew.map((member) => member.call.reopen([QUEUE])));
}
