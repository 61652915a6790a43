import { describe, expect, it } from '@jest/globals';
import { redact, redactText } from '../../src/telemetry/redact.js';

describe('redactText', () => {
  it.each([
    ['postgresql://me:hunter2@db.example:5432/shop', 'postgresql://me:***@db.example:5432/shop'],
    ['cannot reach postgres://me:p@ss:w0rd@host/db, giving up', 'cannot reach postgres://me:***@host/db, giving up'],
    ['redis://:hunter2@cache', 'redis://:***@cache'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
    ['authorization: Basic bWU6aHVudGVyMg==', 'authorization: Basic ***'],
    ['host=db password=hunter2 user=me', 'host=db password=*** user=me'],
    [`password='hunt er2', next`, 'password=***, next'],
    ['{"password":"hunter2","user":"me"}', '{"password":***,"user":"me"}'],
    ['{"access_token": "abc"}', '{"access_token": ***}'],
    ['https://api.example/?api_key=abc&page=2', 'https://api.example/?api_key=***&page=2'],
    ['https://api.example/?token=abc&page=2', 'https://api.example/?token=***&page=2'],
    ['client_secret: abc', 'client_secret: ***'],
    ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln here', 'got *** here'],
    ['key -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end', 'key *** end'],
    ['key -----BEGIN PRIVATE KEY-----\nMIIE cut off', 'key ***'],
  ])('takes the secret out of %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    'https://example.com:8080/@user/page?mail=a@b.c',
    'Unexpected token: < in JSON at position 0',
    'the bearers of bad news, at 12:00:01',
    'max_tokens=5 was exceeded by 3',
    'user me@example.com: not found',
  ])('leaves %j as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('cuts text that is too long, in little time', () => {
    const text = `password=${'x:'.repeat(2_000_000)}`;
    const started = performance.now();
    expect(redactText(text)).toBe('password=***… (4000009 characters)');
    expect(redactText('a://b:'.repeat(100_000)).length).toBeLessThan(8_100);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

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
