import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from './adapters/adapter.js';
import { TOLERATED_SHARE } from './judge/disturbance.js';
import type { Sample } from './judge/figures.js';
import { rotated } from './judge/statistics.js';
import type { Plan } from './plan.js';
import type { Server } from './servers/server.js';
import { Stage } from './stage.js';
import type { System } from './systems.js';
import type { Case, Workload } from './workloads/workload.js';

/** How often a measure is repeated that others have disturbed. */
const RETRIES = 2;
const PAUSE_MS = 3_000;

export interface BenchParts {
  readonly plan: Plan;
  readonly systems: readonly System[];
  readonly workloads: readonly Workload[];
  readonly servers: ReadonlyMap<System['store'], Server>;
  /** The Node that every system's processes run on. */
  readonly node: string;
  /** The folder of the Rowlock that a system stands for. */
  readonly rowlockOf: (system: System) => string;
  readonly progress: (line: string) => void;
  /** Whether measures count though others used the machine. */
  readonly trial: boolean;
}

/** Measures every system in turn: one case of all systems, in an order that moves, before the next case. */
export class Bench {
  readonly samples: Sample[] = [];
  readonly settings = new Map<string, Settings>();
  /** Measures that others disturbed. */
  disturbed = 0;
  #stage: Stage | undefined;

  constructor(private readonly parts: BenchParts) {}

  async run(): Promise<void> {
    const { plan, workloads } = this.parts;
    for (let repetition = 0; repetition < plan.repetitions; repetition++) {
      for (const workload of workloads) {
        if (workload.once && repetition > 0) continue;
        for (const kase of workload.cases(plan)) await this.#measureAll(workload, kase, repetition);
      }
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await this.#stage?.close();
  }

  async #measureAll(workload: Workload, kase: Case, repetition: number): Promise<void> {
    for (const system of rotated(this.parts.systems, repetition)) {
      if (system.cannot[workload.name] !== undefined || kase.of?.(system) === false) continue;
      if (!this.parts.plan.everything && !system.usual.includes(workload.name)) continue;
      await this.#measure(workload, kase, system);
    }
  }

  async #measure(workload: Workload, kase: Case, system: System): Promise<void> {
    const what = `${workload.name} ${kase.name}: ${system.title}`;
    for (let retry = 0; retry <= RETRIES; retry++) {
      // Whoever disturbed may soon be done.
      if (retry > 0) await delay(PAUSE_MS);
      const measured = await this.#attempt(kase, system, what).catch((error: unknown) => {
        throw new Error(`${what} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      });
      if (measured) {
        const figures = Object.entries(measured).map(([figure, value]) => ({ figure, value }));
        for (const one of figures)
          this.samples.push({ workload: workload.name, kase: kase.name, system: system.name, ...one });
        return this.parts.progress(
          `${what}: ${figures.map(({ figure, value }) => `${round(value)} ${figure}`).join(', ')}`,
        );
      }
    }
    throw new Error(
      `${what} was disturbed by other load ${RETRIES + 1} times. Run the bench on a machine with nothing else to do.`,
    );
  }

  /** @returns null if others used the machine meanwhile */
  async #attempt(kase: Case, system: System, what: string): Promise<Readonly<Record<string, number>> | null> {
    const { plan, node, servers, rowlockOf } = this.parts;
    const server = servers.get(system.store);
    if (!server) throw new Error(`There is no ${system.store} server.`);
    const store = await server.fresh();
    const stage = new Stage({ system, plan, server, store, node, rowlock: rowlockOf(system) });
    this.#stage = stage;
    try {
      await stage.open();
      this.settings.set(system.name, stage.settings);
      const measured = await kase.measure(stage);
      if (stage.foreignShare <= TOLERATED_SHARE) return measured;
      this.disturbed++;
      this.parts.progress(`others had ${Math.round(stage.foreignShare * 100)} % of the machine during ${what}`);
      return this.parts.trial ? measured : null;
    } finally {
      await stage.close();
      await server.discard(store);
    }
  }
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
