import { describe, expect, it } from '@jest/globals';
import { slope } from '../../../bench/judge/slope.js';

describe('slope', () => {
  it('is how much y grows for each unit of x', () => {
    expect(slope([0, 1, 2, 3].map((x) => [x * 100, 80 + x * 5]))).toBeCloseTo(0.05, 12);
    expect(
      slope([
        [1, 9],
        [2, 7],
      ]),
    ).toBe(-2);
  });

  it('lies between values that scatter', () => {
    const saw = Array.from({ length: 100 }, (_, x) => [x, 100 + 0.1 * x + (x % 2 === 0 ? 3 : -3)] as const);
    expect(slope(saw)).toBeCloseTo(0.1, 2);
  });

  it('is zero of a level', () => {
    expect(slope([1, 2, 3].map((x) => [x, 40]))).toBe(0);
  });

  it('is not a number where x never moves', () => {
    expect(slope([[1, 2]])).toBeNaN();
    expect(slope([])).toBeNaN();
  });
});
