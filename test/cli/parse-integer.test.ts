import { describe, expect, it } from '@jest/globals';
import { parseInteger } from '../../src/cli/parse-integer.js';

describe('parseInteger', () => {
  it('takes whole numbers within its bounds, as text or as number', () => {
    expect(parseInteger('probe-port', '0', 0, 65_535)).toBe(0);
    expect(parseInteger('probe-port', '65535', 0, 65_535)).toBe(65_535);
    expect(parseInteger('probe-port', 8080, 0, 65_535)).toBe(8080);
  });

  it.each(['', '-1', '1.5', '0x10', '1e3', 'many', '65536'])('refuses %j, naming the option', (text) => {
    expect(() => parseInteger('probe-port', text, 0, 65_535)).toThrow(
      `--probe-port must be a whole number from 0 to 65535, not "${text}"`,
    );
  });
});
