import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const documented = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code = '']) => code);
const names = ['errors', 'run-repeat-error', 'step-errors', 'step-results-error', 'blob-error'];
const sources = names.map((name) => read(`src/core/${name}.ts`)).join('\n');
const declared = [...new Set([...sources.matchAll(/'([A-Z]{3,}(?:_[A-Z]+)+)'/g)].map(([, code = '']) => code))];
const tests = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith('docs'))
  .map((name) => read(path.join('test', name)))
  .join('\n');

describe('docs/errors.md', () => {
  it('has a line for every code that the errors declare', () => {
    expect(declared.length).toBeGreaterThan(25);
    expect(declared.filter((code) => !documented.includes(code))).toEqual([]);
  });

  it.each(documented)('%s is expected by a test', (code) => {
    expect(tests.includes(code)).toBe(true);
  });
});
