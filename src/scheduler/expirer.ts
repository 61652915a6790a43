import type { RunListener } from '../engine/run-listener.js';
import type { Telemetry } from '../telemetry/events.js';
import { PeriodicService } from './periodic-service.js';

const BATCH = 1_000;

/** Fails pipeline runs that are not over by their deadlines, and sees to those whose stopper died. */
export function expirer(runs: RunListener, telemetry: Telemetry, intervalMs: number): PeriodicService {
  return new PeriodicService('failing overdue runs', intervalMs, telemetry, async () => {
    const expired = await runs.expire(BATCH);
    return expired >= BATCH ? 0 : undefined;
  });
}
