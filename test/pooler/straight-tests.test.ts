import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/cli.js';
import { STRAIGHT_TESTS, straightTitles } from './straight-tests.js';

describe('the list of tests that no pooler stands before', () => {
  it.each(STRAIGHT_TESTS)('names a test that there is: $file $title', ({ file, title = '' }) => {
    expect(readFileSync(path.join(ROOT, 'test', `${file}.ts`), 'utf8')).toContain(title);
  });

  it('leaves out no test whose title is another', () => {
    const leaves = new RegExp(straightTitles());
    expect(leaves.test('sessions that are not READ COMMITTED by default F-12 are worked with all the same: serializable')).toBe(false); // prettier-ignore
    expect(leaves.test('an enqueue is acknowledged when it has committed')).toBe(true);
  });
});
