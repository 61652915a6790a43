import { oneLine, shorten } from './one-line.js';
import type { PageNode } from './page-elements.js';

const TEXT_NODE = 3;

const INVISIBLE = new Set(['head', 'title', 'script', 'style', 'noscript', 'template', 'svg', 'iframe', 'textarea']);

/** Elements that stand within a word or a sentence. All others begin and end a line. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code dfn em font i kbd mark q s samp small span strong sub sup time u var wbr'.split(' '),
);

/**
 * The beginning of the text that a reader sees, in one line. Walks the tree with a stack of its own, because cheerio's
 * `.text()` calls itself for each level, and a page of ten thousand nested elements ends that with an error.
 * @param maxLength characters; a longer text ends in an ellipsis
 */
export function visibleText(nodes: Iterable<PageNode>, maxLength: number): string {
  const enough = maxLength * 2;
  const stack: (PageNode | ' ')[] = [...nodes].reverse();
  let text = '';
  for (let next = stack.pop(); next && text.length <= enough; next = stack.pop()) {
    if (next === ' ') {
      text += next;
    } else if (next.nodeType === TEXT_NODE) {
      text += next.data;
    } else if ('children' in next && !('name' in next && INVISIBLE.has(next.name))) {
      const children = [...next.children].reverse();
      stack.push(...('name' in next && INLINE.has(next.name) ? children : ([' ', ...children, ' '] as const)));
    }
    if (text.length > enough) text = oneLine(text);
  }
  return shorten(oneLine(text), maxLength);
}
