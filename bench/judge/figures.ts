import { median } from './statistics.js';

/** One figure of one measure. */
export interface Sample {
  readonly workload: string;
  /** Which size or way of the workload, such as `20,000 jobs`. */
  readonly kase: string;
  readonly system: string;
  /** With its unit, such as `jobs/s`. */
  readonly figure: string;
  readonly value: number;
}

/** A figure over all repetitions. */
export interface Summary extends Omit<Sample, 'value'> {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly values: readonly number[];
}

/** All figures of a run, by what they are of. */
export class Figures {
  readonly summaries: readonly Summary[];
  readonly #medians: ReadonlyMap<string, number>;

  constructor(samples: readonly Sample[]) {
    const groups = new Map<string, Sample[]>();
    for (const sample of samples) {
      const group = groups.get(keyOf(sample));
      if (group) group.push(sample);
      else groups.set(keyOf(sample), [sample]);
    }
    this.summaries = [...groups.values()].map(summarise);
    this.#medians = new Map(this.summaries.map((summary) => [keyOf(summary), summary.median]));
  }

  /** The median, or undefined if it was not measured. */
  median(workload: string, kase: string, system: string, figure: string): number | undefined {
    return this.#medians.get(keyOf({ workload, kase, system, figure }));
  }

  /** The cases of a workload that were measured, in their order. */
  cases(workload: string): readonly string[] {
    return [...new Set(this.summaries.filter((one) => one.workload === workload).map(({ kase }) => kase))];
  }
}

function keyOf({ workload, kase, system, figure }: Omit<Sample, 'value'>): string {
  return JSON.stringify([workload, kase, system, figure]);
}

function summarise(group: readonly Sample[]): Summary {
  const values = group.map(({ value }) => value);
  const { workload, kase, system, figure } = group[0]!;
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return { workload, kase, system, figure, median: median(values), lowest, highest, values };
}
