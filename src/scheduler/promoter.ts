import type { Engine } from '../engine/engine.js';
import type { StatementRunner } from '../repositories/session.js';
import type { Telemetry } from '../telemetry/events.js';
import { PeriodicService } from './periodic-service.js';

const BATCH = 1_000;

/**
 * Makes jobs available whose time has come. Looks again when the next one is due, when it is woken because there may be new
 * ones, and after the interval for those that nobody tells of.
 */
export function promoter(
  engine: Engine,
  on: StatementRunner,
  telemetry: Telemetry,
  intervalMs: number,
): PeriodicService {
  return new PeriodicService('promoting due jobs', intervalMs, telemetry, async () => {
    const { promoted, nextMs } = await engine.promote(on, BATCH);
    if (promoted > 0) telemetry.emit('job.promote', { count: promoted });
    return promoted === BATCH ? 0 : (nextMs ?? undefined);
  });
}
