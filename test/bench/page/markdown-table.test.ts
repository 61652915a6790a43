import { expect, it } from '@jest/globals';
import { markdownTable } from '../../../bench/page/markdown-table.js';

it('has a head, figures that end at the right, and bars that are no borders', () => {
  const rows = [
    ['system', 'jobs/s'],
    ['a|b', '1,000'],
  ];
  expect(markdownTable(rows)).toBe('| system | jobs/s |\n| --- | ---: |\n| a\\|b | 1,000 |');
});
