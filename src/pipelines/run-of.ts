import type { JobContext, JobRun } from '../registry/job-context.js';

/** The run of a job that a pipeline has made. */
export function runOf({ id, run }: JobContext): JobRun {
  if (run) return run;
  throw new Error(`Job ${id} belongs to no run: jobs of its kind are made by pipelines only.`);
}
