import { describe, expect, it } from '@jest/globals';
import type { ClaimRow } from '../../src/repositories/sql/claim-jobs.js';
import { Floors } from '../../src/worker/floors.js';

describe('the slice behind the floors', () => {
  it('stays a range of whole numbers, however long looks are cheap', () => {
    const floors = new Floors();
    const row = { queue: 'default', priority: 5, seq: '1234' } as ClaimRow;
    floors.learn(floors.next(true, 0), [row], true, 0, 0);
    for (let look = 1; look < 200; look++) {
      const range = floors.next(true, look);
      expect([range.from, range.to].every(Number.isSafeInteger)).toBe(true);
      expect(range.to).toBeGreaterThan(range.from);
      floors.learn(range, [], false, 0, look);
    }
  });
});
