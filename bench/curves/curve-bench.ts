import { Figures, type Sample } from '../judge/figures.js';
import { rotated } from '../judge/statistics.js';
import type { Measurer } from '../measurer.js';
import { PLANS } from '../plan.js';
import { showFigures } from '../show-figures.js';
import { ROWLOCK } from '../systems.js';
import type { Curve, CurveFigure, Run } from './curve.js';
import type { CurvePlan } from './curve-plan.js';

const TOLD = 12;

export interface CurveBenchParts {
  readonly plan: CurvePlan;
  readonly measurer: Measurer;
  readonly progress: (line: string) => void;
}

/** Measures curves of Rowlock alone: all runs of a curve, in an order that moves, before the next round. */
export class CurveBench {
  constructor(private readonly parts: CurveBenchParts) {}

  async measure(curve: Curve): Promise<readonly CurveFigure[]> {
    const { plan } = this.parts;
    const samples: Sample[] = [];
    for (let round = 0; round < curve.rounds(plan); round++) {
      for (const run of rotated(curve.runs(plan), round)) samples.push(...(await this.#run(curve, run)));
    }
    const { summaries } = new Figures(samples);
    return summaries
      .map(({ kase, figure, median, lowest, highest, values }) => ({
        x: Number(kase),
        figure,
        median,
        lowest,
        highest,
        values,
      }))
      .sort((a, b) => a.x - b.x);
  }

  async #run(curve: Curve, run: Run): Promise<Sample[]> {
    const { plan, measurer, progress } = this.parts;
    const what = `${curve.name} ${run.name}`;
    const points = await measurer.measure({
      what,
      system: { ...ROWLOCK, ...run.system },
      plan: { ...PLANS.usual, warmUp: plan.warmUp, ...run.plan },
      on: (stage) => run.measure(stage),
    });
    // Of a course over time a few are enough to see that it goes on.
    const step = Math.ceil(points.length / TOLD);
    return points.flatMap(({ x, figures }, index) => {
      if (index % step === 0) progress(`${what}, ${x}: ${showFigures(figures)}`);
      return Object.entries(figures).map(([figure, value]) => ({
        workload: curve.name,
        kase: String(x),
        system: ROWLOCK.name,
        figure,
        value,
      }));
    });
  }
}
