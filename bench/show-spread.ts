import { showFigure } from './show-figures.js';

/** A median and, in brackets, the lowest and highest of what it is the median of; a dash for what was not measured. */
export function showSpread(
  of: { median: number; lowest: number; highest: number; values: readonly number[] } | undefined,
): string {
  if (!of) return '–';
  const { median, lowest, highest, values } = of;
  if (values.length === 1) return showFigure(median);
  return `${showFigure(median)} (${showFigure(lowest)}–${showFigure(highest)})`;
}
