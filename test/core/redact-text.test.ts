import { describe, expect, it } from '@jest/globals';
import { redactText } from '../../src/core/redact-text.js';

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
