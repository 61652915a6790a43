import { describe, expect, it } from '@jest/globals';
import type { CurveFigure } from '../../../bench/curves/curve.js';
import { idle } from '../../../bench/curves/idle.js';
import { memory } from '../../../bench/curves/memory.js';

const figure = (x: number, name: string, value: number): CurveFigure => ({
  x,
  figure: name,
  median: value,
  lowest: value,
  highest: value,
  values: [value],
});

describe('the memory of a worker', () => {
  const judge = (mbAt: (jobs: number) => number, name = 'RSS MB') =>
    memory.goals?.(Array.from({ length: 101 }, (_, n) => figure(n * 30_000, name, mbAt(n * 30_000)))) ?? [];

  it('may grow until it is warm', () => {
    const [goal] = judge((jobs) => (jobs < 2_000_000 ? 80 + jobs / 20_000 : 180));
    expect(goal?.ratio).toBeCloseTo(0, 6);
    expect(goal?.met).toBe(true);
  });

  it('must be flat from then on', () => {
    const [goal] = judge((jobs) => 150 + (jobs / 100_000) * 1.5);
    expect(goal?.ratio).toBeCloseTo(1.5, 6);
    expect(goal?.met).toBe(false);
  });

  it('is not judged when it has hardly been warm', () => {
    const [first, second] = [figure(0, 'RSS MB', 80), figure(2_300_000, 'RSS MB', 240)];
    expect(memory.goals?.([first, second])).toEqual([]);
  });

  it('must not hold more and more objects', () => {
    const [kept] = judge((jobs) => 20 + (jobs / 100_000) * 0.3, 'live heap MB');
    expect(kept).toMatchObject({
      name: 'memory: growth of live heap MB per 100,000 jobs after the first 2,000,000: at most 0.2',
      met: false,
    });
    expect(judge(() => 20, 'live heap MB')).toMatchObject([{ met: true }]);
  });
});

describe('an idle worker', () => {
  const judge = (queries: number, cpu: number) =>
    idle.goals?.([
      figure(100, 'queries/s', queries),
      figure(100, 'CPU % of a core', cpu),
      figure(100, 'server CPU % of a core', 50),
    ]) ?? [];

  it('asks and works little', () => {
    expect(judge(1.2, 0.4).map(({ met }) => met)).toEqual([true, true]);
    expect(judge(2.1, 1.1).map(({ met }) => met)).toEqual([false, false]);
  });
});
