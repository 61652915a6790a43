import { enqueue } from './w1-enqueue.js';
import { drainOne } from './w2-drain.js';
import type { Workload } from './workload.js';

/** Every workload, in the order in which they run. */
export const ALL_WORKLOADS: readonly Workload[] = [enqueue, drainOne];
