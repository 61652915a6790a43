import type { Report } from '../report.js';
import { showFigure } from '../show-figures.js';
import { showSpread } from '../show-spread.js';
import { tabulate } from '../tabulate.js';
import { markdownTable } from './markdown-table.js';
import { nameValues } from './name-values.js';
import { summaryTable } from './summary-table.js';

/** The parts of the page that a run of the workloads fills; null: none has been saved. */
export function workloadSections(
  report: Report | null,
): Record<'run' | 'settings' | 'summary' | 'workloads' | 'goals', string> {
  if (!report) {
    const none = 'No run has been saved yet: `npm run bench -- --save`.';
    return { run: none, settings: none, summary: none, workloads: none, goals: none };
  }
  return {
    run: describeRun(report),
    settings: describeSettings(report),
    summary: summaryTable(report),
    workloads: report.workloads.map(({ name, title }) => describeWorkload(report, name, title)).join('\n\n'),
    goals: describeGoals(report),
  };
}

/** Of the machine and the programs, in a sentence. */
export function describeMachine({ machine, versions }: Pick<Report, 'machine' | 'versions'>): string {
  const { processors, model, memoryGb, system } = machine;
  return `${processors} × ${model}, ${memoryGb} GB, ${system}; ${nameValues(versions)}`;
}

function describeRun(report: Report): string {
  const { date, size, repetitions, seconds, disturbed, trial } = report;
  const lines = [
    `Measured on ${date}: ${describeMachine(report)}.`,
    `Size \`${size}\`, ${repetitions} ${repetitions === 1 ? 'repetition' : 'repetitions'}, ${Math.round(seconds / 60)} minutes; ${disturbed} measures were made again because other load had disturbed them.`,
  ];
  if (trial) lines.push('**A trial: other load was tolerated, and no figure counts.**');
  return lines.join('\n');
}

function describeSettings({ settings, systems }: Report): string {
  const titles = new Map(systems.map(({ name, title }) => [name, title]));
  const rows = Object.entries(settings).map(([name, values]) => [titles.get(name) ?? name, nameValues(values)]);
  const [head, rule, ...body] = markdownTable([['system', 'settings'], ...rows]).split('\n');
  // Words, not figures.
  return [head, rule?.replace('---:', '---'), ...body].join('\n');
}

function describeWorkload(report: Report, name: string, title: string): string {
  const tables = tabulate(report, name).map(({ kase, columns, rows }) =>
    markdownTable([[kase, ...columns], ...rows.map((row) => [row.title, ...row.cells.map(showSpread)])]),
  );
  const gaps = report.missing.filter(({ workload }) => workload === name).map(({ system, why }) => `${system} ${why}`);
  const note = gaps.length > 0 ? [`Not measured: ${gaps.join('; ')}.`] : [];
  return [`### ${name.toUpperCase()} ${title}`, ...tables, ...note].join('\n\n');
}

function describeGoals({ goals }: Report): string {
  const rows = goals.map(({ name, ratio, met }) => [name, showFigure(ratio), met ? 'yes' : '**no**']);
  const met = goals.filter((goal) => goal.met).length;
  return `${met} of ${goals.length} goals are met.\n\n${markdownTable([['goal', 'measured', 'met'], ...rows])}`;
}
