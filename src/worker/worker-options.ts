/** A worker's settings with every default filled in; times in milliseconds. */
export interface WorkerSettings {
  readonly name: string;
  /** Queue names in the order in which they are served, with the most jobs of each that run at once; null: no bound. */
  readonly queues: ReadonlyMap<string, number | null>;
  /** The most jobs that run at once. */
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly shutdownTimeoutMs: number;
  readonly pollIntervalMs: number;
  readonly defaultTimeoutMs: number;
  /** The most jobs that are claimed ahead of a free slot. */
  readonly prefetch: number;
  readonly listen: boolean;
  /** Whether this worker may lead: promote, rescue, prune. */
  readonly maintenance: boolean;
}
