import { describe, expect, it } from '@jest/globals';
import type { CurveFigure } from '../../../bench/curves/curve.js';
import { plotCurve } from '../../../bench/curves/plot/plot-curve.js';

const curve = {
  title: 'Jobs <& more>',
  x: { label: 'jobs in store', scale: 'log' },
  panels: [
    { label: 'jobs/s', scale: 'linear', lines: [{ figure: 'jobs/s', label: 'worked off' }] },
    {
      label: 'CPU s',
      scale: 'linear',
      lines: [
        { figure: 'worker', label: 'workers' },
        { figure: 'server', label: 'PostgreSQL' },
      ],
    },
  ],
} as const;

const at = (x: number, figure: string, ...values: number[]): CurveFigure => {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return { x, figure, median, lowest: sorted[0]!, highest: sorted.at(-1)!, values };
};

const figures = [10, 100, 1_000].flatMap((x, index) => [
  at(x, 'jobs/s', 900 - index * 100, 1_000 - index * 100, 950 - index * 100),
  at(x, 'worker', 0.02 + index),
  at(x, 'server', 0.04 + index),
]);

const count = (svg: string, part: RegExp): number => [...svg.matchAll(part)].length;

describe('the picture of a curve', () => {
  const svg = plotCurve(curve, figures);

  it('has a line for each figure and a dot for each point', () => {
    expect(count(svg, /<path class="line0" d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+L/g)).toBe(2);
    expect(count(svg, /<path class="line1" d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+L/g)).toBe(1);
    expect(count(svg, /<circle/g)).toBe(9);
  });

  it('shows the spread where something was measured several times', () => {
    expect(count(svg, /class="line0 spread"/g)).toBe(3);
    expect(count(svg, /class="line1 spread"/g)).toBe(0);
  });

  it('names its axes, and its lines where there are several', () => {
    for (const label of ['jobs in store', 'jobs/s', 'CPU s', 'workers', 'PostgreSQL'])
      expect(svg).toContain(`>${label}<`);
    expect(svg).not.toContain('>worked off<');
  });

  it('is the larger the further up', () => {
    const [first, second] = [...svg.matchAll(/<circle class="dot0" cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({
      x: Number(x),
      y: Number(y),
    }));
    expect(first!.x).toBeLessThan(second!.x);
    expect(first!.y).toBeLessThan(second!.y);
  });

  it('keeps all within its borders', () => {
    const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    for (const [, x, y] of svg.matchAll(/ (?:c?x)="([\d.-]+)" (?:c?y)="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(Number(width));
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeLessThanOrEqual(Number(height));
    }
  });

  it('follows the scheme of its reader, and is well-formed', () => {
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).toContain('<title>Jobs &lt;&amp; more&gt;: jobs/s, CPU s</title>');
    const open: string[] = [];
    for (const [, closing, name, self] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!self) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('draws a long course as a line only', () => {
    const course = Array.from({ length: 100 }, (_, x) => at(x + 1, 'jobs/s', 100 + x));
    const panels = curve.panels.slice(0, 1);
    expect(count(plotCurve({ ...curve, panels }, course), /<circle/g)).toBe(0);
  });
});
