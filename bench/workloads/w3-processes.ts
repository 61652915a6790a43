import { drain } from './drain.js';
import { FILL } from './w2-drain.js';
import type { Workload } from './workload.js';

/** As W2, with several processes that compete. */
export const drainSeveral: Workload = {
  name: 'w3',
  title: 'Drain waiting jobs with several worker processes',
  cases: (plan) =>
    plan.processes.map((workers) => ({
      name: `${workers} processes`,
      async measure(stage) {
        await stage.producer.call.bulk(plan.processJobs, FILL);
        return drain(stage, { of: 'jobs', count: plan.processJobs, workers });
      },
    })),
};
