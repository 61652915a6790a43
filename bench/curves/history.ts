import type { Stage } from '../stage.js';
import { fillWithJobs } from '../workloads/w2-drain.js';
import { warmUp } from '../workloads/warm-up.js';
import type { Curve, Point } from './curve.js';
import type { CurvePlan } from './curve-plan.js';
import { Filler } from './filler.js';
import { JOB_PANELS } from './job-panels.js';
import { workOff } from './work-off.js';

/** What ended jobs, which are kept for a week, cost those that come after them. */
export const history: Curve = {
  name: 'history',
  title: 'Jobs in the history',
  about:
    'One worker process works off jobs while this many that have ended are kept, spread over the seven days of the default retention.',
  x: { label: 'ended jobs in store', scale: 'log' },
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
  for (const x of plan.history) {
    for (let round = 0; round < plan.rounds; round++) {
      await filler.history(x);
      await filler.ready(2 * plan.jobs);
      await filler.settle();
      points.push({ x, figures: await workOff(stage, worker!, plan.jobs) });
    }
  }
  await filler.close();
  return points;
}
