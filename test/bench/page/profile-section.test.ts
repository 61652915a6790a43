import { describe, expect, it } from '@jest/globals';
import { filesBeside } from '../../../bench/page/files-beside.js';
import { profileSection } from '../../../bench/page/profile-section.js';
import type { ProfileResult } from '../../../bench/profile/profile-report.js';

const drain: ProfileResult = {
  name: 'drain',
  count: 2_000,
  date: '2026-11-22',
  machine: { processors: 2, model: 'Some CPU', memoryGb: 24, system: 'Linux' },
  versions: { rowlock: '8afbd3e' },
  origins: [
    { origin: 'pg', milliseconds: 30 },
    { origin: 'rowlock', milliseconds: 9.9 },
    { origin: 'seldom', milliseconds: 0.1 },
  ],
  calls: { name: 'all', origin: 'node', milliseconds: 40, children: [] },
  statements: [{ statement: 'claim-jobs', calls: 4, rows: 2_000, milliseconds: 28, walBytes: 460_000, pages: 9_000 }],
  plans: [{ statement: 'claim-jobs', milliseconds: 7, plan: 'CTE Scan on claimed' }],
};

describe('the section of the profiles', () => {
  const section = profileSection([drain]);

  it('tells whose functions the process was in, for a thousand of what was done', () => {
    expect(section).toContain('| pg | 75.0 % | 15 |');
    expect(section).not.toContain('seldom');
  });

  it('tells what the statements cost', () => {
    expect(section).toContain('| claim-jobs | 4 | 500 | 14 | 230 | 4,500 |');
  });

  it('refers to what lies beside it', () => {
    const files = filesBeside({ curves: [], profiles: [drain] });
    expect([...files.keys()]).toEqual(['profile-drain.svg', 'plan-drain-claim-jobs.txt']);
    for (const file of files.keys()) expect(section).toContain(`(benchmarks/${file})`);
    expect(files.get('plan-drain-claim-jobs.txt')).toBe('CTE Scan on claimed\n');
  });

  it('says how to make it while there is none', () => {
    expect(profileSection([])).toContain('npm run bench -- --profile --save');
  });
});
