import type { ImageRef } from '../payloads/image-ref.js';
import { oneLine, shorten } from './one-line.js';
import type { PageElement } from './page-elements.js';
import { resolveUrl } from './resolve-url.js';
import { largestCandidate, parseSrcset, type SrcsetCandidate } from './srcset.js';

const MAX_IMAGES = 100;
const MAX_ALT = 150;

/**
 * The images of a page in document order, each address once. An `<img>` counts as one image, however many sizes its
 * `srcset` and the `<source>`s of its `<picture>` offer: the largest is taken. Inline (`data:`) images are passed over.
 */
export function findImages(elements: readonly PageElement[], base: string): ImageRef[] {
  const images = new Map<string, ImageRef>();
  let offered: SrcsetCandidate[] = []; // by the sources before an <img>, which HTML wants within the same <picture>
  let picture: unknown = null;
  for (const { name, attribs, parent } of elements) {
    if (images.size === MAX_IMAGES) break;
    if (name !== 'source' && name !== 'img') continue;
    if (parent !== picture) offered = [];
    picture = parent;
    offered.push(...parseSrcset(attribs.srcset ?? '').filter(({ url }) => resolveUrl(url, base) !== null));
    if (name === 'source') continue;

    const url = resolveUrl(largestCandidate(offered)?.url ?? attribs.src, base);
    if (url !== null && !images.has(url)) images.set(url, { url, alt: shorten(oneLine(attribs.alt ?? ''), MAX_ALT) });
    offered = [];
  }
  return [...images.values()];
}
