/** Longer addresses are passed over: no server needs them, and a few would fill the payload of the next step. */
const MAX_LENGTH = 700;

/**
 * An address as an absolute http(s) URL without credentials and fragment, or null if it is none: `mailto:`, `data:`,
 * `javascript:`, nonsense.
 */
export function resolveUrl(href: string | undefined, base: string): string | null {
  if (!href?.trim() || !URL.canParse(href.trim(), base)) return null;
  const url = new URL(href.trim(), base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  url.hash = '';
  url.username = '';
  url.password = '';
  return url.href.length > MAX_LENGTH ? null : url.href;
}
