import { describe, expect, it } from '@jest/globals';
import { Figures } from '../../../bench/judge/figures.js';
import { atLeast } from '../../../bench/judge/goal.js';
import { workloadSections } from '../../../bench/page/workload-sections.js';
import type { Report } from '../../../bench/report.js';

const rates = [30_000, 50_000, 40_000];
const { summaries: figures } = new Figures([
  ...rates.map((value) => ({ workload: 'w2', kase: '20,000 jobs', system: 'rowlock', figure: 'jobs/s', value })),
  { workload: 'w2', kase: '20,000 jobs', system: 'pg-boss', figure: 'jobs/s', value: 21_000.4 },
  { workload: 'w2', kase: '20,000 jobs', system: 'pg-boss', figure: 'peak RSS MB', value: 77.43 },
]);

const report: Report = {
  size: 'full',
  date: '2026-11-22',
  repetitions: 3,
  seconds: 1_830,
  machine: { processors: 2, model: 'Some CPU', memoryGb: 24, system: 'Linux 6.1 x64' },
  versions: { rowlock: '8afbd3e', postgresql: '18.4' },
  settings: { postgresql: { fsync: 'on' }, 'pg-boss': { batchSize: 500, notify: true } },
  systems: [
    { name: 'rowlock', title: 'Rowlock' },
    { name: 'pg-boss', title: 'pg-boss 12' },
  ],
  workloads: [{ name: 'w2', title: 'Drain' }],
  missing: [{ workload: 'w2', system: 'Absurd', why: 'was asleep' }],
  figures,
  disturbed: 2,
  trial: false,
  goals: [atLeast('w2', 1.6, 1.5), atLeast('w3', 0.9, 1.3)],
};

describe('the sections of a run', () => {
  const sections = workloadSections(report);

  it('say what it was measured on', () => {
    expect(sections.run).toContain('2 × Some CPU, 24 GB, Linux 6.1 x64; rowlock 8afbd3e, postgresql 18.4');
    expect(sections.run).toContain('Size `full`, 3 repetitions, 31 minutes; 2 measures were made again');
    expect(sections.run).not.toContain('trial');
  });

  it('have every figure, with its spread where there are several', () => {
    expect(sections.workloads).toBe(
      [
        '### W2 Drain',
        '',
        '| 20,000 jobs | jobs/s | peak RSS MB |',
        '| --- | ---: | ---: |',
        '| Rowlock | 40,000 (30,000–50,000) | – |',
        '| pg-boss 12 | 21,000 | 77.4 |',
        '',
        'Not measured: Absurd was asleep.',
      ].join('\n'),
    );
  });

  it('count the goals, and mark those that are not met', () => {
    expect(sections.goals).toContain('1 of 2 goals are met.');
    expect(sections.goals).toContain('| w3: at least 1.3 | 0.9 | **no** |');
  });

  it('name each system as the tables do, with its settings', () => {
    expect(sections.settings).toContain('| pg-boss 12 | batchSize 500, notify true |');
    expect(sections.settings).toContain('| postgresql | fsync on |');
  });

  it('say of a trial that nothing counts', () => {
    expect(workloadSections({ ...report, trial: true }).run).toContain('no figure counts');
  });

  it('say how to fill them while there is no run', () => {
    expect(new Set(Object.values(workloadSections(null)))).toEqual(
      new Set(['No run has been saved yet: `npm run bench -- --save`.']),
    );
  });
});
