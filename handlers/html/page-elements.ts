import type { Cheerio, CheerioAPI } from 'cheerio/slim';

type Root = ReturnType<CheerioAPI['root']>;

/** A node of the parsed page: an element, a text, a comment … */
export type PageNode = ReturnType<Root['contents']> extends Cheerio<infer Node> ? Node : never;

/** An element of the parsed page. */
export type PageElement = ReturnType<Root['children']> extends Cheerio<infer Element> ? Element : never;

/**
 * The elements that say something to a crawler, in document order. One search for all of them, because on a deeply
 * nested page each search costs the square of the depth.
 */
export function pageElements($: CheerioAPI): readonly PageElement[] {
  return $('base[href], title, meta, link, a[href], area[href], picture > source, img').toArray();
}

/** What the `<meta>` of a name (or property) says. */
export function metaContent(elements: readonly PageElement[], wanted: string): string | undefined {
  const meta = elements.find(
    ({ name, attribs }) => name === 'meta' && (attribs.name ?? attribs.property)?.toLowerCase() === wanted,
  );
  return meta?.attribs.content;
}
