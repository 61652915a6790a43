import { describe, expect, it } from '@jest/globals';
import { median, percentile, rotated } from '../../../bench/judge/statistics.js';

describe('median', () => {
  it('is the one in the middle, in whatever order they come', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4])).toBe(4);
  });

  it('is the mean of the two in the middle', () => {
    expect(median([1, 10, 2, 4])).toBe(3);
  });

  it('is not a number when there is none', () => {
    expect(median([])).toBeNaN();
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is a value that was measured', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('leaves what it is given in its order', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  it('is not a number when there is none', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('rotated', () => {
  it('lets each come first once in as many rounds as there are', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
