import { PermanentFetchError } from './fetch-error.js';

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Longer ones are traps (a redirect that grows), and too long for a unique index of PostgreSQL. */
const MAX_LENGTH = 2000;

const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * The first request. Credentials within the URL (`https://user:secret@…`) become a header, because a URL is logged and
 * stored, a header is not.
 * @throws PermanentFetchError `FETCH_URL_INVALID`
 */
export function firstHop(text: string, headers: Readonly<Record<string, string>>): Hop {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return hopTo(text, undefined, Object.fromEntries(lowerCase));
}

/**
 * The request that a redirect asks for. Credentials stay behind when it leaves the origin (scheme, host and port).
 * @throws PermanentFetchError `FETCH_URL_INVALID`
 */
export function nextHop(from: Hop, location: string): Hop {
  const next = hopTo(location, from.url, {});
  const stays = next.url.origin === from.url.origin;
  const kept = Object.entries(from.headers).filter(([name]) => stays || !CREDENTIAL_HEADERS.has(name));
  return { url: next.url, headers: { ...Object.fromEntries(kept), ...next.headers } };
}

function hopTo(text: string, base: URL | undefined, headers: Readonly<Record<string, string>>): Hop {
  if (!URL.canParse(text, base?.href)) {
    throw new PermanentFetchError('FETCH_URL_INVALID', text, { problem: 'this is no URL that can be fetched.' });
  }
  const url = new URL(text, base);
  if (url.href.length > MAX_LENGTH) {
    throw new PermanentFetchError('FETCH_URL_INVALID', url, {
      problem: `the URL is longer than ${MAX_LENGTH} characters.`,
    });
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (!username && !password) return { url, headers };
  const credentials = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString('base64');
  return { url, headers: { authorization: `Basic ${credentials}`, ...headers } };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone per cent sign stands for itself
  }
}
