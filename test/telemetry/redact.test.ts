import { describe, expect, it } from '@jest/globals';
import { redact } from '../../src/telemetry/redact.js';

describe('redact', () => {
  it('goes by the names of fields, at any depth', () => {
    const value = {
      user: 'me',
      password: 'hunter2',
      headers: { Authorization: 'x', 'set-cookie': ['a'], accept: '*/*' },
      list: [{ apiKey: 1, max_tokens: 5, accessToken: 'x', token: 'x', DATABASE_URL: 'x' }],
      hasPassword: true,
      secret: null,
    };
    expect(redact(value)).toEqual({
      user: 'me',
      password: '***',
      headers: { Authorization: '***', 'set-cookie': '***', accept: '*/*' },
      list: [{ apiKey: '***', max_tokens: 5, accessToken: '***', token: '***', DATABASE_URL: '***' }],
      hasPassword: true,
      secret: null,
    });
  });

  it('spells out errors with their causes, secrets taken out', () => {
    const cause = Object.assign(new Error('at postgres://me:hunter2@host'), { code: 'ECONNREFUSED' });
    const error = redact({ error: new TypeError('no', { cause }) }) as { error: { cause: { stack: string } } };
    expect(error).toMatchObject({
      error: {
        type: 'TypeError',
        message: 'no',
        stack: expect.stringContaining('TypeError: no'),
        cause: { type: 'Error', message: 'at postgres://me:***@host', code: 'ECONNREFUSED' },
      },
    });
    expect(error.error.cause.stack).not.toContain('hunter2');
    const several = new AggregateError([new Error('one'), 'two']);
    expect(redact(several)).toMatchObject({ type: 'AggregateError', message: 'one; two' });
  });

  it('bounds and survives whatever it is given', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level++) deep = { deep };
    const trap = {
      get field() {
        throw new Error('trap');
      },
    };
    const value = {
      circle,
      deep,
      trap,
      big: 10n,
      run: () => 1,
      date: new Date(0),
      bytes: Buffer.from('secret'),
      map: new Map([['a', 1]]),
    };
    expect(redact(value)).toEqual({
      circle: { name: 'circle', self: '[circular]' },
      deep: { deep: { deep: { deep: { deep: { deep: '[deeper]' } } } } },
      trap: '[unreadable]',
      big: '10',
      run: '[function]',
      date: '1970-01-01T00:00:00.000Z',
      bytes: '[6 bytes]',
      map: { a: 1 },
    });
    expect(redact(Array.from({ length: 1_000 }))).toHaveLength(100);
    expect(redact(Symbol('s'))).toBe('[symbol]');
  });
});
