import type { Goal } from '../judge/goal.js';
import type { Machine, Report } from '../report.js';
import type { CurveFigure } from './curve.js';
import type { CurveName } from './curve-names.js';

/** The figures of a curve, and what they were measured on: curves may be measured one by one. */
export interface CurveResult {
  readonly name: CurveName;
  readonly size: string;
  /** Such as `2026-11-22`. */
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Report['versions'];
  readonly figures: readonly CurveFigure[];
  readonly goals: readonly Goal[];
}

/** Everything that a run found out; what `--curves --json` prints. */
export interface CurveReport {
  readonly size: string;
  readonly seconds: number;
  readonly settings: Report['settings'];
  readonly curves: readonly CurveResult[];
  /** Measures that others disturbed; they were made again, except in a trial. */
  readonly disturbed: number;
  readonly trial: boolean;
  readonly goals: readonly Goal[];
}
