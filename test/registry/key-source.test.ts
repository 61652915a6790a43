import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PayloadError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';
import { keySource } from '../../src/registry/key-source.js';

describe('a key', () => {
  it('comes from a template or from a function', () => {
    expect(keySource('page:{url}', '@Lock', 'scrape').render({ url: 'x' })).toBe('page:x');
    const byFunction = keySource(({ url }: { url: string }) => url.toUpperCase(), '@Lock', 'scrape');
    expect(byFunction.template).toBeNull();
    expect(byFunction.render({ url: 'x' })).toBe('X');
  });

  it('fits its column and the index on it, whatever the payload, and stays apart from others', () => {
    const { render } = keySource('{a}', '@Unique', 'scrape');
    const long = fc.string({ unit: 'grapheme', minLength: 200, maxLength: 1_500, size: 'max' });
    fc.assert(
      fc.property(long, (a) => {
        const key = render({ a });
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(LIMITS.keyLength);
        expect(key).not.toMatch(/[\0\p{Surrogate}]/u);
        expect(render({ a: `${a}!` })).not.toBe(key);
        expect(render({ a })).toBe(key);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a readable head when it is shortened', () => {
    const url = `https://a.example/${'x'.repeat(2_000)}`;
    expect(keySource('page:{url}', '@Lock', 'scrape').render({ url })).toMatch(
      /^page:https:\/\/a\.example\/x+…#[0-9a-f]{64}$/,
    );
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('no url');
      },
      'threw TypeError: no url',
    ],
    ['returns a number', () => 7, 'returned number, not a text'],
    ['returns a BigInt', () => 7n, 'returned bigint, not a text'],
    ['returns null', () => null, 'returned null, not a text'],
    ['returns nothing', () => undefined, 'returned undefined, not a text'],
    ['returns an empty text', () => '', 'returned an empty text'],
    ['returns a NUL', () => 'a\0', 'returned a text with a NUL or half of a surrogate pair'],
    ['returns half a pair', () => 'a\ud83d', 'returned a text with a NUL or half of a surrogate pair'],
  ])('is refused as a payload error if the function %s', (_, key, why) => {
    const render = () => keySource(key as () => string, '@Unique', 'scrape').render({});
    expect(render).toThrow(PayloadError);
    expect(render).toThrow(`The payload of job "scrape" is not valid: the key function of @Unique ${why}.`);
  });
});
