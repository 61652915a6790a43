/** How far each curve goes. */
export interface CurvePlan {
  /** How often a point is measured. */
  readonly rounds: number;
  /** Jobs that a worker process works off before it is measured. */
  readonly warmUp: number;
  /** Jobs that are worked off at each point, if it has no other number. */
  readonly jobs: number;
  /** Ready jobs in store. */
  readonly rows: readonly number[];
  /** Ended jobs in store. */
  readonly history: readonly number[];
  /** Worker processes. */
  readonly workers: readonly number[];
  readonly workerJobs: number;
  /** Bytes of text in a job. */
  readonly payloads: readonly number[];
  /** The most bytes that all jobs of a point carry. */
  readonly payloadBytes: number;
  /** Different lock keys. */
  readonly keys: readonly number[];
  /** Before the snapshot is taken. */
  readonly freeSeconds: number;
  readonly heldSeconds: number;
  readonly sliceSeconds: number;
  readonly queues: readonly number[];
  readonly watchSeconds: number;
  readonly idleSeconds: number;
  readonly memoryJobs: number;
}

/** About ten minutes. */
const USUAL: CurvePlan = {
  rounds: 2,
  warmUp: 10_000,
  jobs: 20_000,
  rows: [1e4, 1e5, 1e6],
  history: [0, 1e5, 1e6],
  workers: [1, 2, 4, 8],
  workerJobs: 40_000,
  payloads: [100, 1_000, 10_000, 100_000],
  payloadBytes: 100e6,
  keys: [1, 10, 100, 1_000, 10_000, 100_000],
  freeSeconds: 10,
  heldSeconds: 60,
  sliceSeconds: 5,
  queues: [1, 10, 50, 100, 200, 500],
  watchSeconds: 6,
  idleSeconds: 30,
  memoryJobs: 3e6,
};

/** By name, as the command line has them. */
export const CURVE_PLANS = {
  usual: USUAL,
  /** About three minutes. */
  quick: {
    ...USUAL,
    rounds: 1,
    rows: [1e4, 1e5],
    history: [0, 1e5],
    workers: [1, 2, 4],
    workerJobs: 20_000,
    payloads: [100, 10_000, 100_000],
    payloadBytes: 30e6,
    keys: [1, 100, 10_000],
    freeSeconds: 4,
    heldSeconds: 12,
    sliceSeconds: 2,
    queues: [1, 100, 500],
    watchSeconds: 4,
    idleSeconds: 6,
    memoryJobs: 3e5,
  },
  /** About twenty-five minutes. */
  full: {
    ...USUAL,
    rounds: 3,
    rows: [1e4, 1e5, 1e6, 1e7],
    history: [0, 1e4, 1e5, 1e6, 5e6],
    workers: [1, 2, 3, 4, 6, 8],
    payloads: [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000],
    freeSeconds: 20,
    heldSeconds: 120,
    watchSeconds: 20,
    idleSeconds: 60,
  },
  trial: {
    ...USUAL,
    rounds: 2,
    warmUp: 1_000,
    jobs: 2_000,
    rows: [1e4, 3e4],
    history: [0, 1e4],
    workers: [1, 2],
    workerJobs: 2_000,
    payloads: [100, 100_000],
    payloadBytes: 2e6,
    keys: [1, 1_000],
    freeSeconds: 2,
    heldSeconds: 4,
    sliceSeconds: 1,
    queues: [1, 100],
    watchSeconds: 2,
    idleSeconds: 2,
    memoryJobs: 2e4,
  },
} satisfies Record<string, CurvePlan>;
