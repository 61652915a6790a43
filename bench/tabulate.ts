import type { Report } from './report.js';
import type { Summary } from './judge/figures.js';

export interface CaseTable {
  readonly kase: string;
  /** The names of the figures. */
  readonly columns: readonly string[];
  /** A row a system that has any of them. */
  readonly rows: readonly { readonly title: string; readonly cells: readonly (Summary | undefined)[] }[];
}

/** What a report says of a workload: a table a case, a row a system, a column a figure. */
export function tabulate({ figures, systems }: Report, workload: string): CaseTable[] {
  const of = figures.filter((figure) => figure.workload === workload);
  return [...new Set(of.map(({ kase }) => kase))].map((kase) => {
    const inCase = of.filter((one) => one.kase === kase);
    const columns = [...new Set(inCase.map(({ figure }) => figure))];
    const rows = systems.map(({ name, title }) => {
      const cells = columns.map((figure) => inCase.find((one) => one.system === name && one.figure === figure));
      return { title, cells };
    });
    return { kase, columns, rows: rows.filter(({ cells }) => cells.some((cell) => cell !== undefined)) };
  });
}
