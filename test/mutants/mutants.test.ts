import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { mixes } from '../model/mixes.js';
import { allMutants } from './all-mutants.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** That they are killed is for `npm run test:mutants` to show; this shows that they still are what they were. */
describe('the mutants', () => {
  it('are many, and each has a name of its own', () => {
    const names = allMutants.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(15);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(allMutants)(
    '$name has one place in $file, and tests that are there',
    ({ file, find, replace, killedBy, mix }) => {
      expect(read(file).split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
      expect(read(killedBy)).toContain('describe');
      if (mix !== undefined) expect(mixes.map(({ name }) => name)).toContain(mix);
    },
  );
});
