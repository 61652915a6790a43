import type { Plan } from '../plan.js';
import type { Stage } from '../stage.js';
import type { System, WorkloadName } from '../systems.js';

/** Figures of one measure, by name and unit. */
export type Measured = Readonly<Record<string, number>>;

/** One size or way of a workload. */
export interface Case {
  readonly name: string;
  /** Only of these systems; of all by default. */
  readonly of?: (system: System) => boolean;
  /** Measures it on a stage that is open: an empty store, and a process that enqueues. */
  measure(stage: Stage): Promise<Measured>;
}

/** Something that every system is asked to do. */
export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  /** Measured in the first repetition only: it repeats within itself, or does not vary. */
  readonly once?: boolean;
  cases(plan: Plan): readonly Case[];
}
