import { describe, expect, it } from '@jest/globals';
import { isName, LIMITS } from '../../src/core/limits.js';

describe('a name', () => {
  it.each(['a', 'scrape-page', 'shop.orders:v2', 'a_1', 'a'.repeat(LIMITS.nameLength)])('may be %j', (name) => {
    expect(isName(name)).toBe(true);
  });

  it.each([
    '',
    'A',
    '1a',
    '-a',
    'a b',
    'a/b',
    'ä',
    'a\n',
    'a\0',
    'a'.repeat(LIMITS.nameLength + 1),
    null,
    undefined,
    7,
    ['a'],
  ])('must not be %j', (name) => {
    expect(isName(name)).toBe(false);
  });
});
