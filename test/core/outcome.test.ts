import { describe, expect, it } from '@jest/globals';
import { AttemptAbortedError, NotSerializableError, PayloadError, TooLargeError } from '../../src/core/errors.js';
import { outcomeOf } from '../../src/core/outcome.js';
import { retryPolicy } from '../../src/core/retry-policy.js';
import { Cancel, Discard, Snooze } from '../../src/core/steering.js';

const retry = retryPolicy({ delay: '5s', jitter: 0 });
const first = { attempt: 1, maxAttempts: 3, retry, aborted: undefined };
const aborted = (code: AttemptAbortedError['code']) => ({
  ...first,
  aborted: new AttemptAbortedError(code, `because of ${code}`),
});

describe('what a handler throws', () => {
  it('is tried again while attempts are left', () => {
    expect(outcomeOf(new Error('down'), first)).toMatchObject({
      verb: 'retry',
      delayMs: 5_000,
      error: { attempt: 1, message: 'down' },
    });
    expect(outcomeOf(undefined, { ...first, attempt: 2 })).toMatchObject({ verb: 'retry', delayMs: 10_000 });
  });

  it('discards the job when attempts are spent', () => {
    expect(outcomeOf(new Error('down'), { ...first, attempt: 3 })).toMatchObject({
      verb: 'discard',
      error: { attempt: 3 },
    });
    expect(outcomeOf(new Error('down'), { ...first, maxAttempts: 1 })).toMatchObject({ verb: 'discard' });
  });

  it.each([
    new PayloadError('a', [{ path: 'b', message: 'c' }]),
    new NotSerializableError('The result', 'it is a cycle'),
    new TooLargeError('The result', 2, 1),
  ])('discards the job at once if it would come again: $name', (error) => {
    expect(outcomeOf(error, first)).toMatchObject({ verb: 'discard', error: { name: error.name, code: error.code } });
  });

  it('discards the job at once if its policy calls the error permanent', () => {
    const policy = retryPolicy({ unless: [RangeError] });
    expect(outcomeOf(new RangeError(), { ...first, retry: policy })).toMatchObject({ verb: 'discard' });
    expect(outcomeOf(new TypeError(), { ...first, retry: policy })).toMatchObject({ verb: 'retry' });
  });

  it('is tried again if the predicate of the policy itself throws', () => {
    const policy = retryPolicy({ unless: (error) => (error as { status: { code: number } }).status.code === 404 });
    expect(outcomeOf(new Error('no status'), { ...first, retry: policy })).toMatchObject({ verb: 'retry' });
  });
});

describe('steering', () => {
  it('snoozes, cancels and discards, even in the last attempt', () => {
    const last = { ...first, attempt: 3 };
    expect(outcomeOf(new Snooze('5m', 'closed'), last)).toEqual({
      verb: 'snooze',
      delayMs: 300_000,
      reason: 'closed',
      waitsFor: null,
    });
    expect(outcomeOf(new Cancel('unwanted'), last)).toEqual({ verb: 'cancel', reason: 'unwanted' });
    expect(outcomeOf(new Discard('gone'), last)).toMatchObject({
      verb: 'discard',
      error: { name: 'Discard', message: 'gone', attempt: 3 },
    });
  });

  it('is no Error, so that a catch for errors does not swallow it', () => {
    for (const steering of [new Snooze('1s'), new Cancel('a'), new Discard('b')])
      expect(steering).not.toBeInstanceOf(Error);
  });

  it('has a reason when none is given, and refuses what is no duration', () => {
    expect(new Snooze('1s').reason).toBe('snoozed by its handler');
    expect(() => new Snooze('soon' as never)).toThrow('job.snooze: "soon" is no duration');
  });
});

describe('an aborted attempt', () => {
  it('ends by the reason of its abort, whatever its handler made of it', () => {
    for (const thrown of [new Error('AbortError'), new Snooze('1m'), undefined]) {
      expect(outcomeOf(thrown, aborted('ATTEMPT_CANCELLED'))).toEqual({
        verb: 'cancel',
        reason: 'because of ATTEMPT_CANCELLED',
      });
      expect(outcomeOf(thrown, aborted('WORKER_SHUTDOWN'))).toEqual({ verb: 'interrupt' });
    }
  });

  it('fails with the timeout, not with the error that the timeout caused', () => {
    expect(outcomeOf(new Error('AbortError'), aborted('ATTEMPT_TIMEOUT'))).toMatchObject({
      verb: 'retry',
      error: { code: 'ATTEMPT_TIMEOUT', message: 'because of ATTEMPT_TIMEOUT' },
    });
  });
});
