import { describe, expect, it } from '@jest/globals';
import { linearScale, logScale } from '../../../bench/curves/plot/scale.js';

describe('a linear scale', () => {
  it('marks round steps from zero to the first that no value exceeds', () => {
    expect(linearScale([17, 51], 'marks').ticks).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(linearScale([0.012, 0.03], 'marks').ticks).toEqual([0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03]);
  });

  it('places its first mark at 0 and its last at 1', () => {
    const scale = linearScale([1, 8], 'marks');
    expect([scale.at(0), scale.at(4), scale.at(8)]).toEqual([0, 0.5, 1]);
  });

  it('ends at its values, with the marks that lie between', () => {
    const scale = linearScale([-20, 118], 'values');
    expect(scale.ticks).toEqual([-20, 0, 20, 40, 60, 80, 100]);
    expect([scale.at(-20), scale.at(118)]).toEqual([0, 1]);
  });

  it('marks whole numbers among whole numbers', () => {
    expect(linearScale([1, 2, 4], 'values').ticks).toEqual([1, 2, 3, 4]);
    expect(linearScale([0.5, 2], 'values').ticks).toContain(1.2);
  });

  it('has room for values that are all the same, or zero', () => {
    expect(linearScale([5], 'marks').at(5)).toBe(1);
    expect(linearScale([0, 0], 'marks').at(0)).toBe(0);
    expect(linearScale([7, 7], 'values').at(7)).toBe(0.5);
  });
});

describe('a logarithmic scale', () => {
  it('gives each power of ten the same room', () => {
    const scale = logScale([1e4, 1e5, 1e7], 'values');
    expect(scale.ticks).toEqual([1e4, 1e5, 1e6, 1e7]);
    expect(scale.at(1e5) - scale.at(1e4)).toBeCloseTo(scale.at(1e7) - scale.at(1e6), 12);
    expect([scale.at(1e4), scale.at(1e7)]).toEqual([0, 1]);
  });

  it('is lengthened to the marks around its values', () => {
    expect(logScale([300, 60_000], 'marks').ticks).toEqual([100, 1_000, 10_000, 100_000]);
    expect(logScale([0.03, 0.31], 'marks').ticks).toEqual([0.02, 0.05, 0.1, 0.2, 0.5]);
    expect(logScale([100], 'marks').ticks).toHaveLength(2);
  });

  it('has a place for zero, apart from the others', () => {
    const scale = logScale([0, 1e5, 1e6], 'values');
    expect(scale.at(0)).toBe(0);
    expect(scale.at(1e5)).toBeGreaterThan(scale.breakAt ?? 1);
    expect(scale.at(1e6)).toBe(1);
    expect(scale.ticks).toEqual([0, 100_000, 200_000, 500_000, 1_000_000]);
  });

  it('refuses what it has no place for', () => {
    expect(() => logScale([-1, 5], 'marks')).toThrow(RangeError);
    expect(() => logScale([0], 'marks')).toThrow(RangeError);
  });
});
