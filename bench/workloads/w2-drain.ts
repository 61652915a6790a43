import type { Stage } from '../stage.js';
import { drain } from './drain.js';
import type { Workload } from './workload.js';

const FILL = 1_000;
/** More are not asked of slow systems. */
const MODEST = 20_000;

/** Adds jobs that are due. */
export const fillWithJobs = (stage: Stage) => (count: number) => stage.producer.call.bulk(count, FILL);

/** Jobs that do nothing, enqueued before the worker starts. */
export const drainOne: Workload = {
  name: 'w2',
  title: 'Drain waiting jobs with one worker process',
  cases: (plan) =>
    plan.drains.map((count) => ({
      name: `${count.toLocaleString('en')} jobs`,
      of: ({ slow }) => !slow || count <= MODEST,
      measure: (stage) => drain(stage, { of: 'jobs', count, workers: 1, fill: fillWithJobs(stage) }),
    })),
};
