import type { Sample } from './judge/figures.js';
import { rotated } from './judge/statistics.js';
import type { Measurer } from './measurer.js';
import type { Plan } from './plan.js';
import { showFigures } from './show-figures.js';
import type { System } from './systems.js';
import type { Case, Workload } from './workloads/workload.js';

export interface BenchParts {
  readonly plan: Plan;
  readonly systems: readonly System[];
  readonly workloads: readonly Workload[];
  readonly measurer: Measurer;
  readonly progress: (line: string) => void;
}

/** Measures every system in turn: one case of all systems, in an order that moves, before the next case. */
export class Bench {
  readonly samples: Sample[] = [];

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

  async #measureAll(workload: Workload, kase: Case, repetition: number): Promise<void> {
    for (const system of rotated(this.parts.systems, repetition)) {
      if (system.cannot[workload.name] !== undefined || kase.of?.(system) === false) continue;
      if (!this.parts.plan.everything && !system.usual.includes(workload.name)) continue;
      await this.#measure(workload, kase, system);
    }
  }

  async #measure(workload: Workload, kase: Case, system: System): Promise<void> {
    const { plan, measurer, progress } = this.parts;
    const what = `${workload.name} ${kase.name}: ${system.title}`;
    const figures = await measurer.measure({ what, system, plan, on: (stage) => kase.measure(stage) });
    for (const [figure, value] of Object.entries(figures)) {
      this.samples.push({ workload: workload.name, kase: kase.name, system: system.name, figure, value });
    }
    progress(`${what}: ${showFigures(figures)}`);
  }
}
