import { load } from 'cheerio/slim';
import type { Page } from '../payloads/page.js';
import { findImages } from './find-images.js';
import { findLinks } from './find-links.js';
import { oneLine, shorten } from './one-line.js';
import { metaContent, pageElements } from './page-elements.js';
import { resolveUrl } from './resolve-url.js';
import { visibleText } from './visible-text.js';

/** The part of a page that is read from its HTML. */
export type PageContent = Pick<Page, 'title' | 'description' | 'canonical' | 'excerpt' | 'links' | 'images'>;

/**
 * The most tags that are read, as many as a long encyclopedia article has. Parsing and searching cost the square of the
 * nesting depth: without a limit, a megabyte of unclosed `<div>` would keep a worker busy for minutes.
 */
const MAX_TAGS = 20_000;

/**
 * Reads what a crawler wants from HTML. Never throws, whatever the HTML is. (`cheerio/slim` parses with htmlparser2,
 * which is far quicker on hostile input than the parser that cheerio uses else.)
 * @param url where the page was found; addresses are relative to it, or to the page's `<base href>`
 */
export function parsePage(html: string, url: string): PageContent {
  const $ = load(firstTags(html, MAX_TAGS));
  const elements = pageElements($);
  const first = (name: string) => elements.find((element) => element.name === name);
  const base = resolveUrl(first('base')?.attribs.href, url) ?? url;
  const canonical = elements.find(({ name, attribs }) => name === 'link' && /\bcanonical\b/i.test(attribs.rel ?? ''));
  return {
    title: textOrNull(visibleText(first('title')?.children ?? [], 300)),
    description: textOrNull(metaContent(elements, 'description') ?? metaContent(elements, 'og:description')),
    canonical: resolveUrl(canonical?.attribs.href, base),
    excerpt: visibleText($.root().contents(), 500),
    links: findLinks(elements, base, url),
    images: findImages(elements, base),
  };
}

function textOrNull(text: string | undefined): string | null {
  return shorten(oneLine(text ?? ''), 1000) || null;
}

function firstTags(html: string, limit: number): string {
  let at = -1;
  for (let tags = 0; tags <= limit; tags++) {
    at = html.indexOf('<', at + 1);
    if (at === -1) return html;
  }
  return html.slice(0, at);
}
