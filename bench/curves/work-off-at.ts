import type { Stage } from '../stage.js';
import { fillWithJobs } from '../workloads/w2-drain.js';
import { warmUp } from '../workloads/warm-up.js';
import type { Point } from './curve.js';
import type { CurvePlan } from './curve-plan.js';
import { Filler } from './filler.js';
import { workOff } from './work-off.js';

/** Has one worker process work off jobs at each of these sizes of the store, which `fill` brings about and which only grows. */
export async function workOffAt(
  stage: Stage,
  plan: CurvePlan,
  sizes: readonly number[],
  fill: (filler: Filler, size: number) => Promise<void>,
): Promise<readonly Point[]> {
  const [worker] = await stage.hire(1);
  await warmUp(stage, [worker!], 'jobs', fillWithJobs(stage));
  await stage.producer.call.one();
  const filler = await Filler.open(stage.storeUrl);
  const points: Point[] = [];
  for (const x of sizes) {
    for (let round = 0; round < plan.rounds; round++) {
      await fill(filler, x);
      await filler.settle();
      points.push({ x, figures: await workOff(stage, worker!, plan.jobs) });
    }
  }
  await filler.close();
  return points;
}
