import { describe, expect, it } from '@jest/globals';
import { displayWidth, fitText, padText } from '../../../examples/demo/fit-text.js';

describe('displayWidth', () => {
  it.each([
    ['lighthouse', 10],
    ['é', 1],
    ['e\u0301', 1],
    ['灯台', 4],
    ['한국', 4],
    ['🗼', 2],
    ['👩‍👩‍👧', 2],
    ['', 0],
  ])('of %j is %i', (text, width) => expect(displayWidth(text)).toBe(width));
});

describe('fitText', () => {
  it('leaves alone what fits', () => expect(fitText('light', 5)).toBe('light'));

  it('ends in an ellipsis what does not', () => expect(fitText('lighthouse', 5)).toBe('ligh…'));

  it('cuts by columns, not by characters', () => {
    expect(fitText('灯台の光', 6)).toBe('灯台…');
    expect(fitText('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
  });

  it('lets nothing through that steers a terminal', () => {
    expect(fitText('a\u001b[2Jb\u009bc\u202ed\u2028e\nf', 80)).toBe('a [2Jb c d e f');
  });
});

describe('padText', () => {
  it('fills up to the columns', () => {
    expect(padText('灯', 4)).toBe('灯  ');
    expect(padText('12', 4, 'left')).toBe('  12');
    expect(padText('12345', 4)).toBe('12345');
  });
});
