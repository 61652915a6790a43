import type { Stage } from '../stage.js';
import { fillWithJobs } from '../workloads/w2-drain.js';
import { warmUp } from '../workloads/warm-up.js';
import type { Curve, Point } from './curve.js';
import type { CurvePlan } from './curve-plan.js';
import { Filler } from './filler.js';
import { JOB_PANELS } from './job-panels.js';
import { workOff } from './work-off.js';

/** A queue that has fallen far behind. */
export const rows: Curve = {
  name: 'rows',
  title: 'Ready jobs in store',
  about:
    'One worker process works off jobs (claim, handler, finish with history) while this many others wait in the same queue, due and of the same priority.',
  x: { label: 'jobs that wait behind those that are worked off', scale: 'log' },
  panels: JOB_PANELS,
  hasTable: true,
  rounds: () => 1,
  runs: (plan) => [{ name: 'growing', measure: (stage) => grow(stage, plan) }],
};

async function grow(stage: Stage, plan: CurvePlan): Promise<readonly Point[]> {
  const [worker] = await stage.hire(1);
  await warmUp(stage, [worker!], 'jobs', fillWithJobs(stage));
  await stage.producer.call.one();
  const filler = await Filler.open(stage.storeUrl);
  const points: Point[] = [];
  for (const x of plan.rows) {
    for (let round = 0; round < plan.rounds; round++) {
      await filler.ready(x + plan.jobs);
      await filler.settle();
      points.push({ x, figures: await workOff(stage, worker!, plan.jobs) });
    }
  }
  await filler.close();
  return points;
}
