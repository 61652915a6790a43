import { describe, expect, it } from '@jest/globals';
import { Figures, type Sample } from '../../../bench/judge/figures.js';
import { summaryTable } from '../../../bench/page/summary-table.js';

const sample = (system: string, workload: string, kase: string, figure: string, value: number): Sample => ({
  system,
  workload,
  kase,
  figure,
  value,
});

const SYSTEMS = [
  { name: 'rowlock', title: 'Rowlock' },
  { name: 'pg-boss', title: 'pg-boss' },
  { name: 'dbos', title: 'DBOS' },
  { name: 'absent', title: 'Absent' },
];

const { summaries: figures } = new Figures([
  ...[30_000, 50_000, 40_000].map((rate) => sample('rowlock', 'w2', '20,000 jobs', 'jobs/s', rate)),
  sample('pg-boss', 'w2', '20,000 jobs', 'jobs/s', 20_000),
  sample('rowlock', 'w4', '300 jobs', 'p50 ms', 2),
  sample('pg-boss', 'w4', '300 jobs', 'p50 ms', 5),
  sample('rowlock', 'w6', '2,000 pipelines', 'pipelines/s', 9_000),
  sample('dbos', 'w6', '2,000 pipelines', 'pipelines/s', 300),
]);

describe('the first table', () => {
  const [head, , ...rows] = summaryTable({ systems: SYSTEMS, figures }).split('\n');

  it('has the columns that were measured', () => {
    expect(head).toBe('|  | W2 drain, jobs/s | W4 idle, p50 ms | W6 pipelines/s |');
  });

  it('tells how many times better Rowlock is, whichever way is better', () => {
    expect(rows[0]).toBe('| **Rowlock** | 40,000 | 2 | 9,000 |');
    expect(rows[1]).toBe('| pg-boss | 20,000 (2×) | 5 (2.5×) | – |');
  });

  it('has a dash for what a system was not measured in, and no row of dashes', () => {
    expect(rows[2]).toBe('| DBOS | – | – | 300 (30×) |');
    expect(rows).toHaveLength(3);
  });
});
