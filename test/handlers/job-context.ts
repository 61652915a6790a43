import type { EntityManager } from 'typeorm';
import type { JobContext } from '../../src/index.js';

/** A context for a handler that runs without a worker, and what the handler was seen to do with it. */
export interface TestJob {
  readonly job: JobContext;
  readonly progress: (readonly [fraction: number, message: string | undefined])[];
  readonly logged: string[];
}

/** Of JobContext, what the bundled handlers use. The whole is tested by running them on a worker (ingest-page.test.ts). */
export function testJob(given: { signal?: AbortSignal; manager?: EntityManager } = {}): TestJob {
  const progress: TestJob['progress'] = [];
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const job = {
    signal: new AbortController().signal,
    ...given,
    progress: async (fraction: number, message?: string) => void progress.push([fraction, message]),
    log: { debug: log, info: log, warn: log, error: log },
  };
  return { job: job as unknown as JobContext, progress, logged };
}
