import { NIL } from 'uuid';
import type { Engine } from '../engine/engine.js';
import type { Database } from '../repositories/database.js';
import { pruneCheckpoints } from '../repositories/sql/prune-checkpoints.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Partitions } from './partitions.js';
import { PeriodicService } from './periodic-service.js';

const BATCH = 1_000;

/** Keeps the history's day partitions: makes those to come, drops those that are over, prunes what lies in none. */
export class Pruner {
  readonly service: PeriodicService;
  #after: string = NIL;

  constructor(
    private readonly engine: Engine,
    private readonly database: Database,
    private readonly partitions: Partitions,
    private readonly telemetry: Telemetry,
    intervalMs: number,
  ) {
    this.service = new PeriodicService('pruning', intervalMs, telemetry, () => this.sweep());
  }

  /** One look. @returns 0 if there is more to prune */
  async sweep(): Promise<number | void> {
    await this.partitions.ensure();
    const partitions = await this.partitions.dropExpired();
    const on = this.database;
    const pruned = await this.engine.prune(on, BATCH);
    await this.#pruneCheckpoints();
    const most = Math.max(...Object.values(pruned));
    if (most + partitions.length > 0) this.telemetry.emit('job.prune', { ...pruned, partitions });
    return most === BATCH ? 0 : undefined;
  }

  /** Once round all jobs that have some takes as many looks as it takes: what strays there harms nobody. */
  async #pruneCheckpoints(): Promise<void> {
    const [row] = await this.database.run(pruneCheckpoints, [this.#after, BATCH]);
    this.#after = row?.last ?? NIL;
  }
}
