import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attemptError } from '../../src/core/attempt-error.js';

const at = new Date('2026-01-02T03:04:05.678Z');

describe('the record of a failed attempt', () => {
  it('keeps name, message, code and stack of an error', () => {
    const error = Object.assign(new RangeError('too far'), { code: 'E_FAR' });
    expect(attemptError(error, 2, at)).toEqual({
      attempt: 2,
      at: '2026-01-02T03:04:05.678Z',
      name: 'RangeError',
      message: 'too far',
      code: 'E_FAR',
      stack: expect.stringMatching(/^RangeError: too far\n {4}at /),
    });
  });

  it('has the stacks of its causes, three at most', () => {
    const chain = [1, 2, 3, 4, 5].reduce<Error | undefined>((cause, n) => {
      return Object.assign(new Error('x', { cause }), { stack: `stack ${n}` });
    }, undefined);
    expect(attemptError(chain, 1).stack).toBe('stack 5\nCaused by: stack 4\nCaused by: stack 3\nCaused by: stack 2');
  });

  it('ends for a cause that is its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(attemptError(error, 1).stack).toContain('Caused by: Error: loop');
  });

  it.each([
    ['a text', 'gone', 'string', 'gone'],
    ['undefined', undefined, 'undefined', 'undefined'],
    ['null', null, 'null', 'null'],
    ['a number', 42, 'number', '42'],
    ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)'],
    ['an object', { status: 500 }, 'object', '{"status":500}'],
    ['a BigInt inside', { n: 1n }, 'object', '[object Object]'],
  ])('describes %s', (_, thrown, name, message) => {
    expect(attemptError(thrown, 1, at)).toMatchObject({ name, message });
  });

  it('survives errors that throw when they are read', () => {
    const hostile: unknown = Object.create(Error.prototype, {
      message: {
        get: () => {
          throw new Error('no');
        },
      },
      stack: {
        get: () => {
          throw new Error('no');
        },
      },
      name: {
        get: () => {
          throw new Error('no');
        },
      },
      code: {
        get: () => {
          throw new Error('no');
        },
      },
      cause: {
        get: () => {
          throw new Error('no');
        },
      },
    });
    expect(attemptError(hostile, 1, at)).toEqual({
      attempt: 1,
      at: at.toISOString(),
      name: 'object',
      message: 'something was thrown that cannot be described',
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(attemptError(proxy, 1).message).toBe('something was thrown that cannot be described');
  });

  it('is small, well-formed and without NUL, whatever was thrown', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\ud800', 'é'.repeat(100_000)));
    const thrown = fc.oneof(
      fc.anything(),
      fc.record({ m: text, code: text }).map(({ m, code }) => Object.assign(new Error(m), { code, name: m })),
    );
    fc.assert(
      fc.property(thrown, (value) => {
        const record = attemptError(value, 1);
        for (const field of Object.values(record).filter((each) => typeof each === 'string')) {
          expect(field).not.toMatch(/[\0\p{Surrogate}]/u);
        }
        expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(60_000);
      }),
    );
  });
});
