import { drain } from '../workloads/drain.js';
import { fillWithJobs } from '../workloads/w2-drain.js';
import type { Curve } from './curve.js';
import { JOB_PANELS } from './job-panels.js';

/** Processes that compete for the same jobs. */
export const workers: Curve = {
  name: 'workers',
  title: 'Worker processes',
  about: 'So many worker processes work off waiting jobs of one queue, on one machine that the server shares.',
  x: { label: 'worker processes', scale: 'linear' },
  panels: JOB_PANELS,
  hasTable: true,
  rounds: (plan) => plan.rounds,
  runs: (plan) =>
    plan.workers.map((x) => ({
      name: `${x}`,
      measure: async (stage) => {
        const options = { of: 'jobs', count: plan.workerJobs, workers: x, fill: fillWithJobs(stage) } as const;
        return [{ x, figures: await drain(stage, options) }];
      },
    })),
};
