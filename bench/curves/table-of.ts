import { showSpread } from '../show-spread.js';
import type { CurveFigure } from './curve.js';

/** Figures as rows of words: the places of the axis one below the other, each with the median and, in brackets, the spread. */
export function tableOf(axis: string, figures: readonly CurveFigure[]): string[][] {
  const columns = [...new Set(figures.map(({ figure }) => figure))];
  const places = [...new Set(figures.map(({ x }) => x))];
  const rows = places.map((place) => [
    place.toLocaleString('en'),
    ...columns.map((column) => showSpread(figures.find(({ x, figure }) => x === place && figure === column))),
  ]);
  return [[axis, ...columns], ...rows];
}
