import { RowlockError } from '../../src/index.js';

/** Why a fetch failed, when asking again cannot help. */
export type PermanentFetchCode =
  | 'FETCH_URL_INVALID'
  | 'FETCH_SCHEME_REFUSED'
  | 'FETCH_PORT_REFUSED'
  | 'FETCH_ADDRESS_REFUSED'
  | 'FETCH_NOT_FOUND'
  | 'FETCH_FORBIDDEN'
  | 'FETCH_STATUS_UNEXPECTED'
  | 'FETCH_REDIRECTS_EXCEEDED'
  | 'FETCH_TYPE_REFUSED'
  | 'FETCH_ENCODING_REFUSED'
  | 'FETCH_TOO_LARGE'
  | 'FETCH_BOMB';

/** Why a fetch failed, when it may well work later. */
export type TransientFetchCode =
  'FETCH_THROTTLED' | 'FETCH_SERVER_ERROR' | 'FETCH_TIMEOUT' | 'FETCH_NETWORK' | 'FETCH_BODY_CORRUPT';

/** What is known about a failed fetch, beside its code. */
export interface FetchFailure {
  /** What happened, without the URL: it is put in front. */
  readonly problem: string;
  /** HTTP status of the last answer, when there was one. */
  readonly status?: number;
  /** What the server asked for in `Retry-After`, in milliseconds from now. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** A page or image could not be fetched. `retryable` says whether another attempt makes sense. */
export abstract class FetchError extends RowlockError {
  abstract override readonly code: PermanentFetchCode | TransientFetchCode;
  abstract readonly retryable: boolean;
  /** The URL without credentials, query and fragment: error messages are stored and shown. */
  readonly url: string;
  readonly status: number | undefined;
  /** Milliseconds that the server asked us to stay away, from its `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(url: URL | string, { problem, status, retryAfter, cause }: FetchFailure) {
    const shown = withoutSecrets(url);
    super(`${shown}: ${problem}`, { cause });
    this.url = shown;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * Asking again cannot help: not found, refused by our own rules, of the wrong type.
 * @example @Retry({ attempts: 3, unless: [PermanentFetchError] })
 */
export class PermanentFetchError extends FetchError {
  readonly retryable = false;

  constructor(
    readonly code: PermanentFetchCode,
    url: URL | string,
    failure: FetchFailure,
  ) {
    super(url, failure);
  }
}

/** The network, or the server for the moment: another attempt may work. */
export class TransientFetchError extends FetchError {
  readonly retryable = true;

  constructor(
    readonly code: TransientFetchCode,
    url: URL | string,
    failure: FetchFailure,
  ) {
    super(url, failure);
  }
}

function withoutSecrets(url: URL | string): string {
  if (!URL.canParse(String(url))) return 'an invalid URL';
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname}${search ? '?…' : ''}`;
}
