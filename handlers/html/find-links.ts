import type { PageLink } from '../payloads/page.js';
import { metaContent, type PageElement } from './page-elements.js';
import { resolveUrl } from './resolve-url.js';
import { visibleText } from './visible-text.js';

/** In bytes of JSON, because links are handed on in a payload, and payloads have a limit. Some 400 links. */
const MAX_BYTES = 64 * 1024;
const MAX_TEXT = 120;

/** The links of a page in document order, each address once: the first of its texts is kept. */
export function findLinks(elements: readonly PageElement[], base: string, pageUrl: string): PageLink[] {
  const { host } = new URL(pageUrl);
  const pageNofollow = /\b(nofollow|none)\b/i.test(metaContent(elements, 'robots') ?? '');
  const links = new Map<string, PageLink>();
  let bytes = 0;
  for (const { name, attribs, children } of elements) {
    const url = name === 'a' || name === 'area' ? resolveUrl(attribs.href, base) : null;
    if (url === null || links.has(url)) continue;
    const link: PageLink = {
      url,
      text: visibleText(children, MAX_TEXT),
      sameHost: new URL(url).host === host,
      nofollow: pageNofollow || /\bnofollow\b/i.test(attribs.rel ?? ''),
    };
    bytes += Buffer.byteLength(JSON.stringify(link));
    if (bytes > MAX_BYTES) break;
    links.set(url, link);
  }
  return [...links.values()];
}
