import type { Database } from '../repositories/database.js';
import { electLeader } from '../repositories/sql/elect-leader.js';
import { resignLeader } from '../repositories/sql/resign-leader.js';
import type { Telemetry } from '../telemetry/events.js';
import { PeriodicService } from './periodic-service.js';

const LONGEST_TERM_MS = 15_000;
const RENEWALS = 3;

/**
 * Hosts the services that only one worker needs to run. Two leaders at once do no harm (every statement of theirs skips
 * what another holds); the election spares the others the work.
 *
 * A term is no longer than the lease of a worker: when the leader itself dies, the next one must be there by the time that
 * the jobs of the dead one can be rescued.
 */
export class Scheduler {
  readonly #services: readonly PeriodicService[];
  readonly #election: PeriodicService;
  readonly #termMs: number;
  #workerId: string | null = null;
  #leading = false;

  constructor(
    private readonly database: Database,
    private readonly telemetry: Telemetry,
    /** What else is done again and again. */
    others: readonly PeriodicService[],
    leaseMs: number,
    /** What is to be done at once when jobs have been added or put off. */
    private readonly promoter: PeriodicService,
  ) {
    this.#services = [promoter, ...others];
    this.#termMs = Math.min(LONGEST_TERM_MS, leaseMs);
    this.#election = new PeriodicService('electing a leader', this.#termMs / RENEWALS, telemetry, () => this.#elect());
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** There may be jobs that are soon due. */
  wake(): void {
    this.promoter.wake();
  }

  async start(workerId: string): Promise<void> {
    this.#workerId = workerId;
    await this.#election.start();
  }

  async stop(): Promise<void> {
    await this.#election.stop();
    await this.#pause();
    if (this.#workerId) await this.database.run(resignLeader, [this.#workerId]).catch(() => undefined);
    this.#workerId = null;
  }

  async #elect(): Promise<void> {
    const workerId = this.#workerId;
    if (!workerId) return;
    const elected = await this.database.run(electLeader, [workerId, this.#termMs]).catch(async (error: unknown) => {
      await this.#pause();
      throw error;
    });
    const [leader] = elected;
    if (!leader) return this.#pause();
    if (this.#leading) return;
    this.#leading = true;
    this.telemetry.emit('leader.elect', { workerId, term: leader.term });
    for (const service of this.#services) void service.start();
  }

  async #pause(): Promise<void> {
    if (!this.#leading) return;
    this.#leading = false;
    await Promise.all(this.#services.map((service) => service.stop()));
    if (this.#workerId) this.telemetry.emit('leader.resign', { workerId: this.#workerId });
  }
}
