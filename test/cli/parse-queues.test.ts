import { describe, expect, it } from '@jest/globals';
import { parseQueues } from '../../src/cli/parse-queues.js';

describe('parseQueues', () => {
  it.each([
    ['web', { web: null }],
    ['web:5,mail', { web: 5, mail: null }],
    [' web:5 , mail:bulk:2 ', { web: 5, 'mail:bulk': 2 }],
    ['mail:bulk', { 'mail:bulk': null }],
  ])('reads %j', (text, queues) => {
    expect(parseQueues(text)).toEqual(queues);
  });

  it.each(['', 'web,', 'Web:5', ':5', 'web;mail'])('refuses %j', (text) => {
    expect(() => parseQueues(text)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
