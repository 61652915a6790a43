import { drain } from './drain.js';
import { fillWithJobs } from './w2-drain.js';
import type { Workload } from './workload.js';

/** As W2, with several processes that compete. */
export const drainSeveral: Workload = {
  name: 'w3',
  title: 'Drain waiting jobs with several worker processes',
  cases: (plan) =>
    plan.processes.map((workers) => ({
      name: `${workers} processes`,
      measure: (stage) => drain(stage, { of: 'jobs', count: plan.processJobs, workers, fill: fillWithJobs(stage) }),
    })),
};
