import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns what the probe finds at last, whatever it threw before', async () => {
    let looks = 0;
    const found = await eventually('it is there', () => {
      looks += 1;
      if (looks === 1) throw new Error('not yet');
      return looks === 3 && 'found';
    });
    expect(found).toBe('found');
  });

  it('says what was awaited and what the last look saw', async () => {
    await expect(eventually('the moon is blue', () => undefined, { timeout: 50 })).rejects.toThrow(
      'Waited 50 ms in vain until the moon is blue; at the last look it saw: undefined',
    );
    const probe = () => Promise.reject(new Error('clouds'));
    await expect(eventually('the moon is blue', probe, { timeout: 50 })).rejects.toThrow('it threw: clouds');
  });
});
