import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from './adapters/adapter.js';
import { TOLERATED_SHARE } from './judge/disturbance.js';
import type { Plan } from './plan.js';
import type { Server } from './servers/server.js';
import { Stage } from './stage.js';
import type { System } from './systems.js';

/** How often a measure is repeated that others have disturbed. */
const RETRIES = 4;
/** Before the first repetition; twice as long before each one after it. */
const PAUSE_MS = 3_000;

/** What every measure is made with. */
export interface MeasurerParts {
  readonly servers: ReadonlyMap<System['store'], Server>;
  /** The Node that every system's processes run on. */
  readonly node: string;
  /** The folder of the Rowlock that a system stands for. */
  readonly rowlockOf: (system: System) => string;
  readonly progress: (line: string) => void;
  /** Whether measures count though others used the machine. */
  readonly trial: boolean;
}

/** One measure: a system, in a store and in processes of its own. */
export interface Measure<Result> {
  /** What it is, for people. */
  readonly what: string;
  readonly system: System;
  readonly plan: Plan;
  /** Measures on a stage that is open: an empty store, and a process that enqueues. */
  readonly on: (stage: Stage) => Promise<Result>;
}

/** Makes measures one after the other, again if others used the machine meanwhile. */
export class Measurer {
  /** Of each system that was measured, as it was run. */
  readonly settings = new Map<string, Settings>();
  /** Measures that others disturbed. */
  disturbed = 0;
  #stage: Stage | undefined;

  constructor(private readonly parts: MeasurerParts) {}

  async measure<Result>(measure: Measure<Result>): Promise<Result> {
    const { what } = measure;
    for (let retry = 0; retry <= RETRIES; retry++) {
      // Whoever disturbed may soon be done.
      if (retry > 0) await delay(PAUSE_MS * 2 ** (retry - 1));
      const measured = await this.#attempt(measure).catch((error: unknown) => {
        throw new Error(`${what} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      });
      if (measured) return measured.result;
    }
    throw new Error(
      `${what} was disturbed by other load ${RETRIES + 1} times. Run the bench on a machine with nothing else to do.`,
    );
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await this.#stage?.close();
  }

  /** @returns null if others used the machine meanwhile */
  async #attempt<Result>({ what, system, plan, on }: Measure<Result>): Promise<{ readonly result: Result } | null> {
    const { node, servers, rowlockOf, progress, trial } = this.parts;
    const server = servers.get(system.store);
    if (!server) throw new Error(`There is no ${system.store} server.`);
    const store = await server.fresh();
    const stage = new Stage({ system, plan, server, store, node, rowlock: rowlockOf(system) });
    this.#stage = stage;
    try {
      await stage.open();
      this.settings.set(system.name, stage.settings);
      const result = await on(stage);
      if (stage.foreignShare <= TOLERATED_SHARE) return { result };
      this.disturbed++;
      progress(`others had ${Math.round(stage.foreignShare * 100)} % of the machine during ${what}`);
      return trial ? { result } : null;
    } finally {
      await stage.close();
      await server.discard(store);
    }
  }
}
