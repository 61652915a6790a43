import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Duration } from '../../src/core/duration.js';
import { milliseconds } from '../../src/core/duration.js';
import { DefinitionError } from '../../src/core/errors.js';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]));

describe('a duration', () => {
  it('is a whole number of its unit', () => {
    fc.assert(
      fc.property(fc.nat(100_000), unit, (count, name) => {
        expect(milliseconds(`${count}${name}`)).toBe(count * UNITS[name]);
      }),
    );
  });

  it('may have decimals, rounded to a millisecond', () => {
    expect(milliseconds('1.5h')).toBe(5_400_000);
    expect(milliseconds('0.25s')).toBe(250);
    expect(milliseconds('0.4ms')).toBe(0);
  });

  it.each([
    '5 minutes',
    '5',
    '5M',
    '',
    's',
    '-5s',
    '+5s',
    '1e3s',
    '.5s',
    '5.s',
    '0x5s',
    ' 5s',
    '5s ',
    '1h30m',
    '٥s',
    'Infinitys',
  ])('is not %j', (text) => {
    expect(() => milliseconds(text as Duration, '@Timeout of ScrapePage')).toThrow(
      new DefinitionError(
        'DURATION_INVALID',
        `@Timeout of ScrapePage: ${JSON.stringify(text)} is no duration. Write a number and a unit: '250ms', '30s', '5m', '2h', '7d'.`,
      ),
    );
  });

  it.each([5_000, null, undefined, {}, ['5s', '6s']])('is not %p, which JavaScript may pass', (value) => {
    expect(() => milliseconds(value as Duration)).toThrow(DefinitionError);
  });

  it('is finite', () => {
    expect(() => milliseconds(`${'9'.repeat(400)}w` as Duration)).toThrow(DefinitionError);
  });
});
