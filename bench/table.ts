import { align } from './align.js';
import type { Report } from './report.js';
import { showFigure } from './show-figures.js';
import { showSpread } from './show-spread.js';

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

function renderWorkload(
  { figures, systems, missing }: Report,
  { name, title }: { name: string; title: string },
): string[] {
  const of = figures.filter(({ workload }) => workload === name);
  const cases = [...new Set(of.map(({ kase }) => kase))];
  const tables = cases.map((kase) => {
    const inCase = of.filter((one) => one.kase === kase);
    const columns = [...new Set(inCase.map(({ figure }) => figure))];
    const rows = systems.flatMap((system) => {
      const cells = columns.map((figure) => inCase.find((one) => one.system === system.name && one.figure === figure));
      return cells.every((cell) => cell === undefined) ? [] : [[system.title, ...cells.map(showSpread)]];
    });
    return `\n${name.toUpperCase()} ${title}: ${kase}\n${align([['', ...columns], ...rows])}`;
  });
  const gaps = missing.filter(({ workload }) => workload === name).map(({ system, why }) => `  –  ${system} ${why}`);
  return [...tables, ...gaps];
}

function renderGoals({ goals }: Report): string {
  const rows = goals.map(({ name, ratio, met }) => [met ? 'met' : 'NOT MET', showFigure(ratio), name]);
  return `\nGoals: ${goals.filter(({ met }) => met).length} of ${goals.length} met\n${align(rows)}`;
}
