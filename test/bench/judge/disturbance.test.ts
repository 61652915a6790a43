import { describe, expect, it } from '@jest/globals';
import { foreignShare, TOLERATED_SHARE } from '../../../bench/judge/disturbance.js';

const isDisturbed = (...of: Parameters<typeof foreignShare>) => foreignShare(...of) > TOLERATED_SHARE;
const load = (busy: number, ours: number) => ({ seconds: 10, processors: 2, busy, ours });

describe('a measure under other load', () => {
  it('is not disturbed when the machine did nothing but ours', () => {
    expect(foreignShare(load(15, 15))).toBe(0);
    expect(isDisturbed(load(15, 15))).toBe(false);
  });

  it('is not disturbed by what the kernel counts late', () => {
    expect(isDisturbed(load(15.09, 15))).toBe(false);
    expect(isDisturbed({ seconds: 0.3, processors: 2, busy: 0.5, ours: 0.41 })).toBe(false);
  });

  it('is disturbed when others had a tenth of the machine', () => {
    expect(foreignShare(load(17.1, 15))).toBeCloseTo(0.1);
    expect(isDisturbed(load(17.1, 15))).toBe(true);
  });

  it('is not disturbed when ours is counted before the machine', () => {
    expect(foreignShare(load(14.9, 15))).toBe(0);
  });
});
