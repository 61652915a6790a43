import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RetryOptions } from '../../src/core/retry-policy.js';
import { backoffDelay, retryPolicy } from '../../src/core/retry-policy.js';

const failed = fc.integer({ min: 1, max: 1_000 });
const random = fc.double({ min: 0, max: 1, noNaN: true });
const jitter = fc.double({ min: 0, max: 1, noNaN: true });
const seconds = fc.nat(100_000);

const steady = (options: RetryOptions) => retryPolicy({ jitter: 0, ...options });

describe('a retry policy', () => {
  it('has defaults: three attempts, after 5 s and 10 s, a tenth of it random', () => {
    expect(retryPolicy()).toMatchObject({
      attempts: 3,
      backoff: 'exponential',
      delayMs: 5_000,
      maxDelayMs: 3_600_000,
      jitter: 0.1,
    });
  });

  it('knows permanent errors by class, subclasses included', () => {
    const { isPermanent } = retryPolicy({ unless: [RangeError, SyntaxError] });
    class TooFar extends RangeError {}
    expect([new TooFar(), new SyntaxError(), new Error(), 'text', undefined].map(isPermanent)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('knows permanent errors by a predicate', () => {
    const { isPermanent } = retryPolicy({ unless: (error) => error === 'gone' });
    expect(isPermanent('gone')).toBe(true);
    expect(isPermanent(new Error('gone'))).toBe(false);
  });

  it('takes every error for passing by default', () => {
    expect(retryPolicy().isPermanent(new TypeError())).toBe(false);
  });
});

describe('the wait before the next attempt', () => {
  it('doubles each time', () => {
    const policy = steady({ delay: '5s' });
    expect([1, 2, 3, 4].map((count) => backoffDelay(policy, count, null))).toEqual([5_000, 10_000, 20_000, 40_000]);
  });

  it('stays the same if it is fixed', () => {
    const policy = steady({ backoff: 'fixed', delay: '7s' });
    expect([1, 2, 50].map((count) => backoffDelay(policy, count, null))).toEqual([7_000, 7_000, 7_000]);
  });

  it('is what a function says, given the failures and the error', () => {
    const policy = steady({ backoff: (count, error) => `${count * (error as number)}s` });
    expect(backoffDelay(policy, 3, 4)).toBe(12_000);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('mistake');
      },
    ],
    ['returns no duration', () => 'soon' as never],
    ['returns NaN', () => 'NaNs' as never],
  ])('is the fixed delay if the function %s', (_, backoff) => {
    expect(backoffDelay(steady({ backoff, delay: '9s' }), 2, null)).toBe(9_000);
  });

  it('is a safe whole number from 0 to maxDelay, whatever the options, the failures and chance', () => {
    fc.assert(
      fc.property(
        failed,
        random,
        jitter,
        seconds,
        seconds,
        fc.constantFrom('exponential', 'fixed'),
        (count, chance, share, delay, max, backoff) => {
          const policy = retryPolicy({ backoff, delay: `${delay}s`, maxDelay: `${max}s`, jitter: share });
          const wait = backoffDelay(policy, count, null, chance);
          expect(Number.isSafeInteger(wait) && wait >= 0 && wait <= max * 1_000).toBe(true);
        },
      ),
    );
  });

  it('strays from its base by the jitter at most, to both sides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), random, jitter, (count, chance, share) => {
        const policy = retryPolicy({ delay: '1s', maxDelay: '1d', jitter: share });
        const base = 1_000 * 2 ** (count - 1);
        expect(Math.abs(backoffDelay(policy, count, null, chance) - base)).toBeLessThanOrEqual(base * share + 1);
      }),
    );
    const policy = retryPolicy({ delay: '10s', jitter: 0.2 });
    expect([0, 0.5, 1].map((chance) => backoffDelay(policy, 1, null, chance))).toEqual([8_000, 10_000, 12_000]);
  });

  it('never shrinks from one attempt to the next without jitter', () => {
    const policy = steady({ delay: '3s', maxDelay: '2d' });
    const waits = Array.from({ length: 1_000 }, (_, index) => backoffDelay(policy, index + 1, null));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBe(2 * 86_400_000);
  });
});
