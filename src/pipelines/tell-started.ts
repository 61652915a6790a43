import type { NewJob } from '../engine/new-job.js';
import type { Telemetry } from '../telemetry/events.js';

/** A run that begins, or goes on, with these jobs; without one it is completed. */
interface Started {
  readonly run: { readonly id: string; readonly name: string };
  readonly jobs: readonly NewJob[];
}

/** To be called once a run has been committed. */
export function tellStarted(telemetry: Telemetry, { run, jobs }: Started): void {
  if (jobs.length === 0) return telemetry.emit('run.complete', { id: run.id, name: run.name });
  const names = [...new Set(jobs.map(({ name }) => name))];
  telemetry.emit('job.enqueue', { ids: jobs.map(({ id }) => id), names });
}
