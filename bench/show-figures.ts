import type { Measured } from './workloads/workload.js';

/** Figures in a line, such as `21,300 jobs/s, 0.0241 worker CPU s/1,000`. */
export function showFigures(figures: Measured): string {
  return Object.entries(figures)
    .map(([figure, value]) => `${showFigure(value)} ${figure}`)
    .join(', ');
}

/** A figure in three digits, or all that are before the point. */
export function showFigure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
