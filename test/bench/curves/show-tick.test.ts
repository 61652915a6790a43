import { expect, it } from '@jest/globals';
import { showTick } from '../../../bench/curves/plot/show-tick.js';

it('shows a number in few characters', () => {
  expect([0, 0.005, 5, 250, 1_000, 12_500, 1e6, 2.5e6, -20].map(showTick)).toEqual([
    '0',
    '0.005',
    '5',
    '250',
    '1k',
    '12.5k',
    '1M',
    '2.5M',
    '−20',
  ]);
});
