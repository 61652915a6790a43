import { ALL_CURVES } from '../curves/all.js';
import type { Curve } from '../curves/curve.js';
import type { CurveResult } from '../curves/curve-report.js';
import { tableOf } from '../curves/table-of.js';
import { showFigure } from '../show-figures.js';
import { withResults } from '../with-results.js';
import { markdownTable } from './markdown-table.js';
import { describeMachine } from './workload-sections.js';

/** The part of the page on the curves, those that have been measured. */
export function curveSection(results: readonly CurveResult[]): string {
  if (results.length === 0) return 'No run has been saved yet: `npm run bench -- --curves --save`.';
  return withResults(ALL_CURVES, results)
    .map(([curve, result]) => describe(curve, result))
    .join('\n\n');
}

function describe(curve: Curve, result: CurveResult): string {
  const { figures, goals, date, size } = result;
  const parts = [`### ${curve.title}`, curve.about];
  if (curve.panels.length > 0) parts.push(`![${curve.title}](benchmarks/${curve.name}.svg)`);
  if (curve.hasTable) parts.push(markdownTable(tableOf(curve.x.label, figures)));
  for (const { name, ratio, met } of goals)
    parts.push(`${name}. Measured: **${showFigure(ratio)}**, ${met ? 'met' : 'not met'}.`);
  parts.push(`<sub>${date}, size \`${size}\`: ${describeMachine(result)}</sub>`);
  return parts.join('\n\n');
}
