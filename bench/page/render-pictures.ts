import { ALL_CURVES } from '../curves/all.js';
import type { CurveResult } from '../curves/curve-report.js';
import { plotCurve } from '../curves/plot/plot-curve.js';

/** The pictures of the curves that have one, by the name of their file. */
export function renderPictures(results: readonly CurveResult[]): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  for (const curve of ALL_CURVES) {
    const result = results.find(({ name }) => name === curve.name);
    if (result && curve.panels.length > 0) pictures.set(`${curve.name}.svg`, plotCurve(curve, result.figures));
  }
  return pictures;
}
