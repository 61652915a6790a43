import { describe, expect, it } from '@jest/globals';
import { readOptions, UsageError } from '../../../examples/demo/options.js';

describe('the flags of the demo', () => {
  it('need not be given', () => {
    expect(readOptions([])).toEqual({ url: null, depth: 5, maxPages: 100, keep: false, help: false });
  });

  it('say where to begin and how far to go', () => {
    const args = ['--url', 'https://example.com', '--depth', '2', '--max-pages=500', '--keep'];
    expect(readOptions(args)).toEqual({
      url: 'https://example.com/',
      depth: 2,
      maxPages: 500,
      keep: true,
      help: false,
    });
    expect(readOptions(['-h']).help).toBe(true);
  });

  it.each([
    [['--depht', '2'], "Unknown option '--depht'."],
    [['https://example.com'], "Unexpected argument 'https://example.com'."],
    [['--url'], "Option '--url <value>' argument missing."],
    [['--url', 'example.com'], '--url takes an address such as https://example.com/, not "example.com".'],
    [['--url', 'ftp://example.com/'], '--url takes an address'],
    [['--depth', '-1'], "Option '--depth' argument is ambiguous."],
    [['--depth', '101'], '--depth takes a whole number from 0 to 100, not "101".'],
    [['--depth', '1.5'], '--depth takes a whole number'],
    [['--depth', ''], '--depth takes a whole number'],
    [['--max-pages', '0'], '--max-pages takes a whole number from 1 to 10000, not "0".'],
    [['--max-pages', '1e3'], '--max-pages takes a whole number'],
  ])('%j is refused: %s', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
