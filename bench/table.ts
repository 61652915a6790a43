import { align } from './align.js';
import type { Report } from './report.js';
import { showFigure } from './show-figures.js';
import { showSpread } from './show-spread.js';
import { tabulate } from './tabulate.js';

/** The report for people: a table for each case of each workload, then the goals. */
export function renderReport(report: Report): string {
  const { machine, versions, settings } = report;
  const named = (values: object): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const parts = [
    `${machine.processors} × ${machine.model}, ${machine.memoryGb} GB, ${machine.system}; ${named(versions)}`,
    ...Object.entries(settings).map(([system, values]) => `  ${system}: ${named(values)}`),
    ...report.workloads.flatMap((workload) => renderWorkload(report, workload)),
    renderGoals(report),
  ];
  if (report.trial) parts.push(`A trial: others disturbed ${report.disturbed} measures, and no figure counts.`);
  return parts.join('\n');
}

function renderWorkload(report: Report, { name, title }: { name: string; title: string }): string[] {
  const tables = tabulate(report, name).map(({ kase, columns, rows }) => {
    const lines = rows.map((row) => [row.title, ...row.cells.map(showSpread)]);
    return `\n${name.toUpperCase()} ${title}: ${kase}\n${align([['', ...columns], ...lines])}`;
  });
  const gaps = report.missing
    .filter(({ workload }) => workload === name)
    .map(({ system, why }) => `  –  ${system} ${why}`);
  return [...tables, ...gaps];
}

function renderGoals({ goals }: Report): string {
  const rows = goals.map(({ name, ratio, met }) => [met ? 'met' : 'NOT MET', showFigure(ratio), name]);
  return `\nGoals: ${goals.filter(({ met }) => met).length} of ${goals.length} met\n${align(rows)}`;
}
