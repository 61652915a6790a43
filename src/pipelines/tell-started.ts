import type { NewJob } from '../engine/new-job.js';
import type { Telemetry } from '../telemetry/events.js';

/** To be called once a run has been committed that goes on by these jobs; without any, it is over. */
export function tellStarted(
  telemetry: Telemetry,
  { id, name }: { readonly id: string; readonly name: string },
  jobs: readonly NewJob[],
): void {
  if (jobs.length === 0) return telemetry.emit('run.complete', { id, name });
  const names = [...new Set(jobs.map((job) => job.name))];
  telemetry.emit('job.enqueue', { ids: jobs.map((job) => job.id), names });
}
