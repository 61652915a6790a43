import type { Plan } from '../plan.js';
import type { Stage } from '../stage.js';
import type { WorkloadName } from '../systems.js';

/** Figures of one measure, by name and unit. */
export type Measured = Readonly<Record<string, number>>;

/** One size or way of a workload. */
export interface Case {
  readonly name: string;
  /** Measures it on a stage that is open: an empty store, and a process that enqueues. */
  measure(stage: Stage): Promise<Measured>;
}

/** Something that every system is asked to do. */
export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  cases(plan: Plan): readonly Case[];
}
