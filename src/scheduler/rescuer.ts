import type { Engine } from '../engine/engine.js';
import type { RunListener } from '../engine/run-listener.js';
import type { Database } from '../repositories/database.js';
import { runnerOf } from '../repositories/session.js';
import { claimStrandedKeys } from '../repositories/sql/claim-stranded-keys.js';
import { findLapsed } from '../repositories/sql/find-lapsed.js';
import { removeDeadWorkers } from '../repositories/sql/remove-dead-workers.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import type { Telemetry } from '../telemetry/events.js';
import { PeriodicService } from './periodic-service.js';

const BATCHES = 100;
const KEYS = 500;

/** Frees what dead workers and hung attempts hold, and passes on lock keys whose holders let them lapse. */
export class Rescuer {
  readonly service: PeriodicService;

  constructor(
    private readonly engine: Engine,
    private readonly database: Database,
    private readonly runs: RunListener,
    private readonly telemetry: Telemetry,
    intervalMs: number,
  ) {
    this.service = new PeriodicService('rescuing jobs', intervalMs, telemetry, () => this.sweep());
  }

  /** One look. */
  async sweep(): Promise<void> {
    const [found] = await this.database.run(findLapsed, []);
    if (found?.lapsed) await this.#rescueAll();
    if (found?.stranded) await this.#passStrandedKeys();
  }

  async #rescueAll(): Promise<void> {
    await this.#rescue();
    await this.database.run(removeDeadWorkers, []).catch((error: unknown) => {
      // A claim of it has been committed since the statement looked: rescued by the next sweep, before its worker goes.
      if (sqlFailure(error) !== 'worker-removed') throw error;
    });
  }

  async #rescue(): Promise<void> {
    const { rescued, committed } = await this.database.transaction(async (manager) => {
      const tx = runnerOf(this.database, manager);
      const rescued = await this.engine.rescue(tx, BATCHES);
      const cancelled = rescued.filter(({ verb }) => verb === 'cancel');
      await this.engine.release(tx, cancelled);
      return { rescued, committed: await this.runs.cancelled(tx, cancelled, 'cancelled on request') };
    });
    committed();
    for (const { id, name, queue, attempt, dead, verb } of rescued) {
      this.telemetry.emit('job.rescue', { id, name, queue, attempt, dead, cancelled: verb === 'cancel' });
    }
  }

  async #passStrandedKeys(): Promise<void> {
    await this.database.transaction(async (manager) => {
      const tx = runnerOf(this.database, manager);
      const keys = await tx.run(claimStrandedKeys, [KEYS]);
      if (keys.length > 0)
        await this.engine.passLockKeys(
          tx,
          keys.map(({ key }) => key),
        );
    });
  }
}
