import { DefinitionError } from '../../src/index.js';

/** What the other side of a fetch may take: bytes, redirects, connections, and time in milliseconds. */
export interface FetchLimits {
  /** Redirects that are followed. Default 5. */
  readonly maxRedirects: number;
  /** Bytes of a body, after decompression. Default 10 MiB. */
  readonly maxBytes: number;
  /** How many times larger than its compressed form a body may be, beyond 1 MiB. Default 100. */
  readonly maxRatio: number;
  /** Connections per host at a time; further requests queue. Default 6, as a browser. */
  readonly connectionsPerHost: number;
  /** Until the connection stands, TLS included. Default 10 s. */
  readonly connectTimeoutMs: number;
  /** From the request to the answer's headers. Default 15 s. */
  readonly headersTimeoutMs: number;
  /** The longest silence within a body. Default 15 s. */
  readonly bodyTimeoutMs: number;
  /** For everything together, redirects included. Default 60 s. */
  readonly totalTimeoutMs: number;
}

const DEFAULTS: FetchLimits = {
  maxRedirects: 5,
  maxBytes: 10 * 1024 * 1024,
  maxRatio: 100,
  connectionsPerHost: 6,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 15_000,
  bodyTimeoutMs: 15_000,
  totalTimeoutMs: 60_000,
};

/**
 * Fills in the defaults.
 * @throws DefinitionError `OPTION_INVALID`
 */
export function fetchLimits(options: Partial<FetchLimits>): FetchLimits {
  const limits: { -readonly [Name in keyof FetchLimits]: number } = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof FetchLimits)[]) {
    const value = options[name] ?? DEFAULTS[name];
    if (!Number.isSafeInteger(value) || value < (name === 'maxRedirects' ? 0 : 1)) {
      throw new DefinitionError(
        'OPTION_INVALID',
        `HttpFetcher: ${name} is ${String(value)}, and must be a whole number above 0.`,
      );
    }
    limits[name] = value;
  }
  return limits;
}
