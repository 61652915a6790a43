import { QUEUE } from '../adapters/adapter.js';
import type { Worker } from '../child/worker.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';
import { tooLong } from '../workloads/too-long.js';
import type { Measured } from '../workloads/workload.js';

/**
 * Lets a worker work off a part of what waits, and stops it. Counted are handlers that were entered, from the first one
 * on; when the last of them is entered, claims and finishes are still under way, as they were at the first.
 */
export async function workOff(stage: Stage, worker: Member<Worker>, jobs: number): Promise<Measured> {
  let count = 0;
  let counted = (): void => undefined;
  worker.onEvent = (event) => {
    if (event.event === 'count') count = event.count;
    counted();
  };
  const late = tooLong(jobs);
  const reach = async (target: number): Promise<void> => {
    while (count < target) {
      const next = new Promise<void>((resolve) => (counted = resolve));
      await Promise.race([next, worker.broken, late]);
    }
  };
  await worker.call.start(jobs, false);
  await reach(1);
  const [before, begun] = [count, stage.snapshot([worker])];
  await reach(jobs);
  const [done, { load, workers, server }] = [count - before, stage.spentSince(begun, [worker])];
  await worker.call.reopen([QUEUE]);
  return {
    'jobs/s': done / load.seconds,
    'worker CPU s/1,000': (workers / done) * 1_000,
    'server CPU s/1,000': (server / done) * 1_000,
  };
}
