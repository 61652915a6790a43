/** The queue of the jobs that Rowlock itself handles for pipelines. */
export const PIPELINES_QUEUE = 'pipelines';

/** How these jobs run. They fail by the failures of others only: a worker dies, the database is away. */
export const BUILT_IN = {
  queue: PIPELINES_QUEUE,
  retry: { attempts: 100, backoff: 'exponential', delay: '1s', maxDelay: '1m' },
} as const;
