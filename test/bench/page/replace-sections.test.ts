import { describe, expect, it } from '@jest/globals';
import { replaceSections } from '../../../bench/page/replace-sections.js';

const PAGE = `# Page

<!-- begin one -->
old
<!-- end one -->

Words between.

<!-- begin two -->
<!-- end two -->
`;

describe('the sections of a page', () => {
  it('are replaced, and nothing else', () => {
    expect(replaceSections(PAGE, { one: 'new', two: '| a |' })).toBe(
      PAGE.replace('\nold\n', '\n\nnew\n\n').replace('two -->\n<', 'two -->\n\n| a |\n\n<'),
    );
  });

  it('stay as they are when the same is put there again', () => {
    const once = replaceSections(PAGE, { one: 'a', two: 'b' });
    expect(replaceSections(once, { one: 'a', two: 'b' })).toBe(once);
  });

  it('must all have a place, and every place a section', () => {
    expect(() => replaceSections(PAGE, { one: '', two: '', three: '' })).toThrow('no place for three');
    expect(() => replaceSections(PAGE, { one: '' })).toThrow('Nothing is made for two');
  });

  it('may hold what a replacement would take for a pattern', () => {
    expect(replaceSections(PAGE, { one: `$& $1 $'`, two: '' })).toContain(`\n$& $1 $'\n`);
  });
});
