import { describe, expect, it } from '@jest/globals';
import type { CurveResult } from '../../../bench/curves/curve-report.js';
import { atMost } from '../../../bench/judge/goal.js';
import { curveSection } from '../../../bench/page/curve-section.js';
import { filesBeside } from '../../../bench/page/files-beside.js';

const on = {
  size: 'full',
  date: '2026-11-22',
  machine: { processors: 2, model: 'Some CPU', memoryGb: 24, system: 'Linux' },
  versions: { rowlock: '8afbd3e' },
};
const at = (x: number, figure: string, value: number) => ({
  x,
  figure,
  median: value,
  lowest: value,
  highest: value,
  values: [value],
});

const rows: CurveResult = {
  ...on,
  name: 'rows',
  figures: [at(10_000, 'jobs/s', 21_000), at(100_000, 'jobs/s', 20_500)],
  goals: [],
};
const idle: CurveResult = {
  ...on,
  name: 'idle',
  figures: [at(100, 'queries/s', 1.2)],
  goals: [atMost('idle: queries/s', 1.2, 2)],
};
/** A curve whose places are many is drawn, not listed. */
const held: CurveResult = { ...on, name: 'held', figures: [at(5, 'jobs/s', 9), at(10, 'jobs/s', 8)], goals: [] };

describe('the section of the curves', () => {
  const section = curveSection([held, idle, rows]);

  it('has those that were measured, in the order of all', () => {
    const titles = [...section.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(['Ready jobs in store', 'Another session holds a snapshot', 'An idle worker of 100 queues']);
  });

  it('has a table and a picture, where there is something to list and to draw', () => {
    expect(section).toContain('| 100,000 | 20,500 |');
    expect(section).not.toMatch(/\| 5 \|/);
    expect(section).toContain('](benchmarks/held.svg)');
    expect(section).not.toContain('idle.svg');
  });

  it('tells what a curve was measured on, and whether it meets its goals', () => {
    expect(section).toContain('idle: queries/s: at most 2. Measured: **1.2**, met.');
    expect(section.match(/2 × Some CPU/g)).toHaveLength(3);
  });

  it('names the pictures that there are', () => {
    expect([...filesBeside({ curves: [held, idle, rows], profiles: [] }).keys()]).toEqual(['rows.svg', 'held.svg']);
  });
});
