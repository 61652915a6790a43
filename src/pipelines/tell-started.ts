import type { Telemetry } from '../telemetry/events.js';
import type { RunDraft } from './run-starter.js';

/** To be called once a run has been committed. */
export function tellStarted(telemetry: Telemetry, { run, jobs }: RunDraft): void {
  if (jobs.length === 0) return telemetry.emit('run.complete', { id: run.id, name: run.name });
  const names = [...new Set(jobs.map(({ name }) => name))];
  telemetry.emit('job.enqueue', { ids: jobs.map(({ id }) => id), names });
}
