import type { Summary } from './judge/figures.js';
import type { Report } from './report.js';

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
      return cells.every((cell) => cell === undefined) ? [] : [[system.title, ...cells.map(renderCell)]];
    });
    return `\n${name.toUpperCase()} ${title}: ${kase}\n${align([['', ...columns], ...rows])}`;
  });
  const gaps = missing.filter(({ workload }) => workload === name).map(({ system, why }) => `  –  ${system} ${why}`);
  return [...tables, ...gaps];
}

function renderCell(summary: Summary | undefined): string {
  if (!summary) return '–';
  const { median, lowest, highest, values } = summary;
  return values.length === 1 ? show(median) : `${show(median)} (${show(lowest)}–${show(highest)})`;
}

function renderGoals({ goals }: Report): string {
  const rows = goals.map(({ name, ratio, met }) => [met ? 'met' : 'NOT MET', show(ratio), name]);
  return `\nGoals: ${goals.filter(({ met }) => met).length} of ${goals.length} met\n${align(rows)}`;
}

function show(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
