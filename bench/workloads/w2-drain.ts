import { drain } from './drain.js';
import type { Workload } from './workload.js';

export const FILL = 1_000;

/** Jobs that do nothing, enqueued before the worker starts. */
export const drainOne: Workload = {
  name: 'w2',
  title: 'Drain waiting jobs with one worker process',
  cases: (plan) =>
    plan.drains.map((count) => ({
      name: `${count.toLocaleString('en')} jobs`,
      async measure(stage) {
        await stage.producer.call.bulk(count, FILL);
        return drain(stage, { of: 'jobs', count, workers: 1 });
      },
    })),
};
