import type { Goal } from '../judge/goal.js';
import type { Plan } from '../plan.js';
import type { Stage } from '../stage.js';
import type { System } from '../systems.js';
import type { Measured } from '../workloads/workload.js';
import type { CurveName } from './curve-names.js';
import type { CurvePlan } from './curve-plan.js';

/** Figures at one place of the axis. */
export interface Point {
  readonly x: number;
  readonly figures: Measured;
}

/** What is measured on one store; it may pass several points, in which case it fills the store up from one to the next. */
export interface Run {
  /** Which points, such as `1,000 B`. */
  readonly name: string;
  /** Where it differs from the plan of the workloads. */
  readonly plan?: Partial<Plan>;
  /** Where Rowlock is run in another way than usual. */
  readonly system?: Pick<System, 'adapter' | 'variant'>;
  /** Measures on a stage that is open: an empty store, and a process that enqueues. */
  measure(stage: Stage): Promise<readonly Point[]>;
}

/** What an axis shows. */
export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly scale: 'linear' | 'log';
}

/** A part of the picture with an axis of its own. */
export interface Panel extends Axis {
  /** The figures that are drawn, and what they are called. */
  readonly lines: readonly { readonly figure: string; readonly label: string }[];
}

/** A figure at one place of the axis, over all that were measured there. */
export interface CurveFigure {
  readonly x: number;
  readonly figure: string;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly values: readonly number[];
}

/** How Rowlock's cost grows with one thing. */
export interface Curve {
  readonly name: CurveName;
  readonly title: string;
  /** What is measured, in sentences. */
  readonly about: string;
  readonly x: Axis;
  /** None if there is nothing to draw. */
  readonly panels: readonly Panel[];
  /** Whether all figures stand in a table too; a course over time is better drawn. */
  readonly hasTable: boolean;
  /** How often all runs are made. */
  rounds(plan: CurvePlan): number;
  runs(plan: CurvePlan): readonly Run[];
  /** What must hold. */
  goals?(figures: readonly CurveFigure[]): readonly Goal[];
}
