import { watchIdle } from './watch-idle.js';
import type { Workload } from './workload.js';

/** A worker of many queues in which there is nothing. */
export const idleQueues: Workload = {
  name: 'w9',
  title: 'An idle worker',
  once: true,
  cases: (plan) =>
    plan.queues.map((queues) => ({
      name: queues === 1 ? '1 queue' : `${queues} queues`,
      measure: (stage) => watchIdle(stage, queues, plan.watchSeconds),
    })),
};
