import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/cli.js';
import { FAULTS } from './catalogue.js';

/** The ids with which titles of tests in a file begin. */
function idsIn(test: string): readonly string[] {
  const file = path.join(ROOT, 'test', `${test}.ts`);
  if (!existsSync(file)) return [];
  const titles = readFileSync(file, 'utf8').matchAll(
    /\b(?:it|describe)(?:\.each)?(?:\([^()]*\))?\(\s*['"`]((?:F-\d+ )+)/g,
  );
  return [...titles].flatMap(([, ids = '']) => ids.trim().split(' '));
}

describe('the catalogue of faults', () => {
  it('has each fault once, in order', () => {
    expect(FAULTS.map(({ id }) => id)).toEqual(FAULTS.map((_, at) => `F-${at + 1}`));
    expect(FAULTS).toHaveLength(45);
  });

  it.each(FAULTS.filter(({ tier }) => tier !== 'open'))('has tests of $id, which say so', ({ id, tier, tests }) => {
    expect(tests.filter((test) => !idsIn(test).includes(id))).toEqual([]);
    const tiers = tests.map((test) => (test.endsWith('.chaos') ? 'chaos' : 'ci'));
    expect(tiers).toContain(tier === 'chaos' ? 'chaos' : 'ci');
  });

  it.each(FAULTS.filter(({ tier }) => tier === 'open'))('says why $id is open', ({ tests, holds }) => {
    expect(tests).toEqual([]);
    expect(holds).toMatch(/yet/);
  });
});
