/** What the filled schema holds, for the statements that serve as its tables' contents and for those that are explained. */
export const MILLION = {
  available: 1_000_000,
  scheduled: 1_000_000,
  /** Of these, so many are due. */
  due: 2_000,
  parked: 100_000,
  finished: 1_000_000,
  /** Finished ones that no day partition takes. */
  kept: 100_000,
  /** Available jobs of a queue of their own, all with lock keys; half of these are held. */
  keyed: 1_000,
  batches: 16,
  batchSize: 500,
  locks: 50_000,
  /** Keys whose holders let them lapse, and behind which jobs are parked. */
  lapsed: 20,
  runs: 100_000,
  /** The last so many runs are not over. */
  unfinishedRuns: 20_000,
  /** Of these, the first so many are being stopped, and as many more undone. */
  stoppingRuns: 500,
  itemsPerRun: 5,
  /** So many runs that are not over, those that are being stopped first, have as many items that have not begun. */
  backlogs: 2_000,
  /** One more run has a fan-out of so many items, of which half are over. */
  largeFanOut: 10_000,
  /** Jobs with checkpoints: those that run, and waiting ones. */
  durable: 100_000,
  checkpointsPerJob: 3,
  blobs: 50_000,
} as const;

/** The scheduled job that waits for a signal. */
export const SUSPENDED = 400_002;

/** The run with the large fan-out. */
export const LARGE_RUN = MILLION.runs + 1;

/** What has ids, each numbered from 1; in a table, ids of lower numbers were made earlier. */
const KINDS = {
  available: 1,
  running: 2,
  scheduled: 3,
  parked: 4,
  finished: 5,
  kept: 6,
  run: 7,
  worker: 8,
  keyed: 9,
  /** Nothing has it yet. */
  fresh: 10,
  child: 11,
};
type Kind = keyof typeof KINDS;

/** The id of the nth of a kind: like UUID v7 it begins with the time, so kinds lie among each other. */
export function idOf(kind: Kind, n: number): string {
  const time = n.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(KINDS[kind]).padStart(12, '0')}`;
}

/** The same as an SQL expression. */
export function sqlIdOf(kind: Kind, n: string): string {
  return `(lpad(to_hex(${n}), 12, '0') || '70008000' || '${String(KINDS[kind]).padStart(12, '0')}')::uuid`;
}

/** So many numbers, spread evenly over 1 to `to`, in ascending order. */
export function spread(count: number, to: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 + Math.floor((index * to) / count));
}

/** So many numbers one after the other. */
export function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

export const QUEUES = ['default', 'images', 'mail', 'reports'] as const;
