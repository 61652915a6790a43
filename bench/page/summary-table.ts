import { Figures, type Summary } from '../judge/figures.js';
import type { Report } from '../report.js';
import { showFigure } from '../show-figures.js';
import { markdownTable } from './markdown-table.js';

const OURS = 'rowlock';

/** A column: the figure that tells most of a workload. */
interface Column {
  readonly head: string;
  readonly workload: string;
  /** Which of its cases. */
  readonly kase: (name: string) => boolean;
  readonly figure: string;
  readonly better: 'higher' | 'lower';
}

const first = (): boolean => true;
const COLUMNS: readonly Column[] = [
  column('W1 single, 16 callers, jobs/s', 'w1', (name) => name.endsWith('concurrency 16'), 'jobs/s', 'higher'),
  column('W1 bulk, jobs/s', 'w1', (name) => name.startsWith('bulk'), 'jobs/s', 'higher'),
  column('W2 drain, jobs/s', 'w2', first, 'jobs/s', 'higher'),
  column('W3 two processes, jobs/s', 'w3', (name) => name.startsWith('2 '), 'jobs/s', 'higher'),
  column('W3 four, jobs/s', 'w3', (name) => name.startsWith('4 '), 'jobs/s', 'higher'),
  column('W4 idle, p50 ms', 'w4', first, 'p50 ms', 'lower'),
  column('W5 loaded, p99 ms', 'w5', first, 'p99 ms', 'lower'),
  column('W6 pipelines/s', 'w6', first, 'pipelines/s', 'higher'),
  column('W2 peak RSS, MB', 'w2', first, 'peak RSS MB', 'lower'),
];

function column(
  head: string,
  workload: string,
  kase: Column['kase'],
  figure: string,
  better: Column['better'],
): Column {
  return { head, workload, kase, figure, better };
}

/** A row for each system with the figures that tell most, and how many times better Rowlock's are. */
export function summaryTable({ systems, figures }: Pick<Report, 'systems' | 'figures'>): string {
  const columns = COLUMNS.flatMap((one) => {
    const kase = caseOf(figures, one);
    return kase === undefined ? [] : [{ ...one, kase }];
  });
  const medians = medianOf(figures);
  const rows = systems.flatMap(({ name, title }) => {
    const cells = columns.map(({ workload, kase, figure, better }) => {
      const value = medians(workload, kase, name, figure);
      return cellOf(value, name === OURS ? undefined : medians(workload, kase, OURS, figure), better);
    });
    return cells.every((cell) => cell === NONE) ? [] : [[name === OURS ? `**${title}**` : title, ...cells]];
  });
  return markdownTable([['', ...columns.map(({ head }) => head)], ...rows]);
}

const NONE = '–';

function cellOf(value: number | undefined, ours: number | undefined, better: Column['better']): string {
  if (value === undefined) return NONE;
  if (ours === undefined) return showFigure(value);
  const ratio = better === 'higher' ? ours / value : value / ours;
  return `${showFigure(value)} (${showFigure(ratio)}×)`;
}

function caseOf(figures: readonly Summary[], { workload, kase, figure }: Column): string | undefined {
  return figures.find((one) => one.workload === workload && one.figure === figure && kase(one.kase))?.kase;
}

function medianOf(figures: readonly Summary[]): Figures['median'] {
  const all = new Figures(
    figures.flatMap(({ values, workload, kase, system, figure }) =>
      values.map((value) => ({ workload, kase, system, figure, value })),
    ),
  );
  return (...of) => all.median(...of);
}
