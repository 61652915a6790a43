import { align } from '../align.js';
import { showFigure } from '../show-figures.js';
import { ALL_CURVES } from './all.js';
import type { CurveReport, CurveResult } from './curve-report.js';
import { tableOf } from './table-of.js';

const ROWS = 25;

/** The report for people: a table for each curve, then the goals. */
export function renderCurves({ curves, goals, trial, disturbed }: CurveReport): string {
  const rows = goals.map(({ name, ratio, met }) => [met ? 'met' : 'NOT MET', showFigure(ratio), name]);
  const parts = [
    ...curves.map(render),
    `\nGoals: ${goals.filter(({ met }) => met).length} of ${goals.length} met`,
    align(rows),
  ];
  if (trial) parts.push(`A trial: others disturbed ${disturbed} measures, and no figure counts.`);
  return parts.join('\n');
}

function render({ name, figures }: CurveResult): string {
  const curve = ALL_CURVES.find((one) => one.name === name);
  const [head = [], ...body] = tableOf(curve?.x.label ?? '', figures);
  // Of a course over time, as many as can be read.
  const step = Math.ceil(body.length / ROWS);
  return `\n${curve?.title ?? name}\n${align([head, ...body.filter((_, index) => index % step === 0)])}`;
}
