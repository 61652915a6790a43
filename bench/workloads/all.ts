import { enqueue } from './w1-enqueue.js';
import { drainOne } from './w2-drain.js';
import { drainSeveral } from './w3-processes.js';
import { idleLatency } from './w4-idle-latency.js';
import { steadyLoad } from './w5-steady-load.js';
import { pipelines } from './w6-pipelines.js';
import { fullStore } from './w7-full-store.js';
import { heldSnapshot } from './w8-held-snapshot.js';
import { idleQueues } from './w9-idle-queues.js';
import type { Workload } from './workload.js';

/** Every workload, in the order in which they run. */
export const ALL_WORKLOADS: readonly Workload[] = [
  enqueue,
  drainOne,
  drainSeveral,
  idleLatency,
  steadyLoad,
  pipelines,
  fullStore,
  heldSnapshot,
  idleQueues,
];
