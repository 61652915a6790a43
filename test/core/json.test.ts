import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotSerializableError, TooLargeError } from '../../src/core/errors.js';
import { toJson, toStorableText } from '../../src/core/json.js';
import { testDatabaseUrl, withClient } from '../support/database.js';

const MEGABYTE = 1024 * 1024;
const parsed = (value: unknown): unknown => JSON.parse(toJson(value, 'The value', MEGABYTE));

/** Text with what jsonb refuses, with what looks like it, and with the backslashes that tell them apart. */
const awkwardText = fc
  .array(
    fc.constantFrom(
      '\0',
      '\ud83d',
      '\ude00',
      '\ud83d\ude00',
      '\\',
      '\\u0000',
      '\\ud800',
      'u0000',
      '"',
      '\n',
      '\u0001',
      '\uffff',
      'a',
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const awkwardValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    awkwardText,
    fc.double(),
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      NaN,
      -0,
      1e308,
      5e-324,
      () => 1,
      Symbol('s'),
      new Date(0),
      new Date(NaN),
      new Map([[1, 2]]),
      /x/,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(awkwardText, tie('value'), { maxKeys: 3 }),
  ),
})).value;

describe('the JSON of a value', () => {
  it('is what JSON.stringify makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true }), (value) =>
        expect(toJson(value, 'The value', MEGABYTE)).toBe(JSON.stringify(value)),
      ),
    );
    expect(parsed({ at: new Date(0), gone: undefined, list: [undefined, NaN] })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      list: [null, null],
    });
  });

  it.each([[undefined], [() => 1], [Symbol('s')]])('is null for %p', (value) => {
    expect(toJson(value, 'The result', 100)).toBe('null');
  });

  it('has U+FFFD where jsonb would refuse the text, in values and in names', () => {
    expect(parsed('a\0b')).toBe('a\uFFFDb');
    expect(parsed('\ud83d-\ude00-\ud83d\ude00')).toBe('\uFFFD-\uFFFD-\ud83d\ude00');
    expect(parsed({ ['\0']: ['\udfff'] })).toEqual({ '\uFFFD': ['\uFFFD'] });
  });

  it('keeps text that only looks like an escape', () => {
    for (const text of ['\\u0000', '\\\\u0000', '\\ud800', '\\\\\\', '\u001f', '\\\0'.slice(0, 1)])
      expect(parsed(text)).toBe(text);
    expect(parsed('\\\0')).toBe('\\\uFFFD');
    expect(parsed('\\\\\0\\u0000')).toBe('\\\\\uFFFD\\u0000');
  });

  it('changes nothing else of a text', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        expect(parsed(text)).toBe(text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD'));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in proportion to the text, were it all backslashes', () => {
    const text = `${'\\'.repeat(400_000)}\0`;
    const start = performance.now();
    expect(toJson(text, 'The result', MEGABYTE)).toHaveLength(800_003);
    expect(performance.now() - start).toBeLessThan(2_000); // quadratic time would be half an hour
  });

  it('is accepted by PostgreSQL, whatever the value', async () => {
    const texts = fc.sample(awkwardValue, 2_000).map((value) => toJson(value, 'The value', MEGABYTE));
    const deepest = `${'['.repeat(200)}${']'.repeat(200)}`;
    texts.push(toJson(JSON.parse(deepest), 'The value', MEGABYTE));
    await withClient(testDatabaseUrl(), async (client) => {
      const { rows } = await client.query<{ kept: number }>(
        'select count(*)::int as kept from unnest($1::text[]) as sent(body) where body::jsonb is not null',
        [texts],
      );
      expect(rows[0]?.kept).toBe(texts.length);
    });
  });
});

describe('a value without a JSON form', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  const throwing = (thrown: unknown) => ({
    toJSON: () => {
      throw thrown;
    },
  });

  it.each([
    ['a BigInt', { n: 1n }, 'BigInt'],
    ['a cycle', cycle, 'circular structure'],
    ['a getter that throws', throwing(new Error('no connection')), 'no connection'],
    ['a getter that throws no error', throwing(Object.create(null)), 'object was thrown by a getter'],
    ['201 levels', nested(201), 'it nests deeper than 200 levels'],
    ['201 levels of objects', JSON.parse(`${'{"a":'.repeat(201)}1${'}'.repeat(201)}`), 'deeper than 200'],
    ['20,000 levels', Array.from({ length: 20_000 }).reduce((inner: unknown) => [inner], []), 'nests'],
  ])('is refused: %s', (_, value, why) => {
    const refusal = () => toJson(value, 'The result of job "scrape-page"', MEGABYTE);
    expect(refusal).toThrow(NotSerializableError);
    expect(refusal).toThrow(why);
    expect(refusal).toThrow('The result of job "scrape-page" cannot be stored as JSON: ');
  });

  it('is not taken for one because of brackets in its texts', () => {
    expect(parsed(['['.repeat(500), '\\"[[['.repeat(300)])).toHaveLength(2);
    expect(parsed(nested(200))).toEqual(nested(200));
  });

  it('counts its size in bytes of UTF-8', () => {
    expect(toJson('é'.repeat(49), 'The result', 100)).toHaveLength(51);
    const refusal = () => toJson('é'.repeat(50), 'The result', 100);
    expect(refusal).toThrow(TooLargeError);
    expect(refusal).toThrow('The result is 102 bytes as JSON, the limit is 100.');
  });
});

describe('storable text', () => {
  it('is well-formed, without NUL, and no longer than asked', () => {
    fc.assert(
      fc.property(awkwardText, fc.integer({ min: 1, max: 20 }), (text, length) => {
        const stored = toStorableText(text, length);
        expect(stored).not.toMatch(/[\0\p{Surrogate}]/u);
        expect(stored.length).toBeLessThanOrEqual(length);
        if (text.length <= length && !/[\0\p{Surrogate}]/u.test(text)) expect(stored).toBe(text);
      }),
    );
  });

  it('shows that it was cut, and cuts no pair in two', () => {
    expect(toStorableText('abcdef', 3)).toBe('ab…');
    expect(toStorableText('a😀b', 3)).toBe('a\uFFFD…');
  });
});
