import { PermanentFetchError, TransientFetchError, type FetchError } from './fetch-error.js';

/** The longest `Retry-After` that is believed, in milliseconds: some servers say "in a year". */
const MAX_RETRY_AFTER = 24 * 3_600_000;

/** The error for an answer that is neither a success nor a redirect to follow. */
export function statusError(url: URL, status: number, retryAfterHeader: string | undefined): FetchError {
  const retryAfter = parseRetryAfter(retryAfterHeader);
  const failure = {
    status,
    problem: `the server answered ${status}.`,
    ...(retryAfter !== undefined && { retryAfter }),
  };

  if (status === 404 || status === 410) return new PermanentFetchError('FETCH_NOT_FOUND', url, failure);
  if (status === 401 || status === 403 || status === 451)
    return new PermanentFetchError('FETCH_FORBIDDEN', url, failure);
  if (status === 429 || status === 503) return new TransientFetchError('FETCH_THROTTLED', url, failure);
  if (status === 408 || status === 425) return new TransientFetchError('FETCH_TIMEOUT', url, failure);
  if (status >= 500) return new TransientFetchError('FETCH_SERVER_ERROR', url, failure);
  return new PermanentFetchError('FETCH_STATUS_UNEXPECTED', url, failure);
}

/** `Retry-After` is a number of seconds or a date. Milliseconds from now, or undefined if absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), MAX_RETRY_AFTER);
}
