/** How large each workload is. */
export interface Plan {
  readonly repetitions: number;
  /** Whether every system is measured in all that it can do. */
  readonly everything: boolean;
  /** Bytes of text in a job. */
  readonly textBytes: number;
  /** Jobs that each process works off before it is measured: it shall be measured as it runs for the rest of its day. */
  readonly warmUp: number;
  readonly singleSeconds: number;
  readonly bulkJobs: number;
  readonly drains: readonly number[];
  readonly processes: readonly number[];
  readonly processJobs: number;
  readonly idleJobs: number;
  readonly steadySeconds: number;
  readonly pipelines: number;
  /** Of systems that commit several times a step, and take as much longer. */
  readonly slowPipelines: number;
  readonly futureJobs: number;
  readonly finishedJobs: number;
  readonly fullStoreJobs: number;
  readonly heldSeconds: number;
  readonly queues: readonly number[];
  readonly watchSeconds: number;
}

/** About ten minutes. */
const USUAL: Plan = {
  repetitions: 2,
  everything: false,
  textBytes: 100,
  warmUp: 10_000,
  singleSeconds: 1.5,
  bulkJobs: 50_000,
  drains: [20_000],
  processes: [2, 4],
  processJobs: 40_000,
  idleJobs: 300,
  steadySeconds: 10,
  pipelines: 2_000,
  slowPipelines: 500,
  futureJobs: 1_000_000,
  finishedJobs: 500_000,
  fullStoreJobs: 20_000,
  heldSeconds: 30,
  queues: [1, 50, 500],
  watchSeconds: 6,
};

/** By name, as the command line has them. */
export const PLANS = {
  usual: USUAL,
  quick: {
    ...USUAL,
    repetitions: 1,
    singleSeconds: 0.7,
    bulkJobs: 20_000,
    processes: [2],
    processJobs: 20_000,
    idleJobs: 100,
    steadySeconds: 3,
    slowPipelines: 200,
    futureJobs: 50_000,
    finishedJobs: 20_000,
    heldSeconds: 6,
    queues: [1, 500],
    watchSeconds: 3,
  },
  trial: {
    ...USUAL,
    repetitions: 1,
    warmUp: 1_000,
    singleSeconds: 0.3,
    bulkJobs: 2_000,
    drains: [2_000],
    processes: [2],
    processJobs: 2_000,
    idleJobs: 20,
    steadySeconds: 2,
    pipelines: 200,
    slowPipelines: 100,
    futureJobs: 5_000,
    finishedJobs: 2_000,
    fullStoreJobs: 2_000,
    heldSeconds: 2,
    queues: [1, 50],
    watchSeconds: 2,
  },
  full: {
    ...USUAL,
    repetitions: 3,
    everything: true,
    singleSeconds: 3,
    bulkJobs: 100_000,
    drains: [20_000, 100_000],
    idleJobs: 500,
    steadySeconds: 20,
    slowPipelines: 2_000,
    heldSeconds: 120,
    watchSeconds: 20,
  },
} satisfies Record<string, Plan>;
