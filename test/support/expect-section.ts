import { expect } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Fails if a page does not have that text between `<!-- name -->` and `<!-- /name -->`: what is rendered from the code
 * stays true. `UPDATE_DOCS=1` writes it there.
 */
export function expectSection(page: string, name: string, text: string): void {
  const before = readFileSync(page, 'utf8');
  const place = new RegExp(`<!-- ${name} -->\n[^]*<!-- /${name} -->`);
  expect(before).toMatch(place);
  const expected = before.replace(place, () => `<!-- ${name} -->\n\n${text}\n\n<!-- /${name} -->`);
  if (process.env['UPDATE_DOCS']) writeFileSync(page, expected);
  expect(readFileSync(page, 'utf8')).toBe(expected);
}
