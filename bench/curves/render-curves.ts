import { align } from '../align.js';
import { showFigure } from '../show-figures.js';
import { withResults } from '../with-results.js';
import { ALL_CURVES } from './all.js';
import type { Curve } from './curve.js';
import type { CurveReport, CurveResult } from './curve-report.js';
import { tableOf } from './table-of.js';

const ROWS = 25;

/** The report for people: a table for each curve, then the goals. */
export function renderCurves({ curves, goals, trial, disturbed }: CurveReport): string {
  const rows = goals.map(({ name, ratio, met }) => [met ? 'met' : 'NOT MET', showFigure(ratio), name]);
  const parts = [
    ...withResults(ALL_CURVES, curves).map(([curve, result]) => render(curve, result)),
    `\nGoals: ${goals.filter(({ met }) => met).length} of ${goals.length} met`,
    align(rows),
  ];
  if (trial) parts.push(`A trial: others disturbed ${disturbed} measures, and no figure counts.`);
  return parts.join('\n');
}

function render({ title, x }: Curve, { figures }: CurveResult): string {
  const [head = [], ...body] = tableOf(x.label, figures);
  // Of a course over time, as many as can be read.
  const step = Math.ceil(body.length / ROWS);
  return `\n${title}\n${align([head, ...body.filter((_, index) => index % step === 0)])}`;
}
