import { Agent, type Dispatcher } from 'undici';
import { isWantedType } from './http/content-type.js';
import { FetchError, PermanentFetchError, TransientFetchError } from './http/fetch-error.js';
import { fetchLimits, type FetchLimits } from './http/fetch-limits.js';
import { Fetched } from './http/fetched.js';
import { guardedConnector, type ResolveHost } from './http/guarded-connector.js';
import { firstHop, nextHop, type Hop } from './http/hop.js';
import { HostAllowList } from './http/host-allow-list.js';
import { ACCEPT_ENCODING, readBody } from './http/read-body.js';
import { statusError } from './http/status-error.js';
import { DeadlineExceeded, withDeadline } from './http/with-deadline.js';

/** Settings of an `HttpFetcher`. */
export interface HttpFetcherOptions extends Partial<FetchLimits> {
  /** Hosts that may be on a private address, and on any port: `'localhost'`, `'127.0.0.1:8080'`. Default none. */
  readonly allowHosts?: readonly string[];
  /** Ports that other hosts may be reached on. Default 80, 443, 8080, 8443. */
  readonly ports?: readonly number[];
  /** Default `rowlock-fetcher`. Say who you are and how you are reached. */
  readonly userAgent?: string;
  /** How host names become addresses. Default the operating system's resolver. */
  readonly resolve?: ResolveHost;
}

/** Settings of one `get`. */
export interface GetOptions {
  /** Aborts the request; its reason is thrown as it is. Pass `job.signal`. */
  readonly signal?: AbortSignal;
  /** Content types that are wanted, such as `'text/html'` or `'image/*'`. Default HTML. */
  readonly accept?: readonly string[];
  /** Sent with the request. Credentials are dropped when a redirect leaves the origin. */
  readonly headers?: Readonly<Record<string, string>>;
}

const HTML = ['text/html', 'application/xhtml+xml'];
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/**
 * Fetches what strangers link to. Only http and https; no private address unless its host was named; everything that
 * the other side controls (redirects, time, size, compression, type) has a limit. Proxy variables of the environment
 * are not read: a proxy would resolve names out of our sight.
 *
 * @example
 * const fetcher = new HttpFetcher({ userAgent: 'shop-search (+https://shop.example/bot)' });
 * const page = await fetcher.get('https://example.com/', { signal: job.signal });
 * console.log(page.url, page.text());
 */
export class HttpFetcher {
  private readonly agent: Agent;
  private readonly allowed: HostAllowList;
  private readonly ports: ReadonlySet<number>;
  private readonly userAgent: string;
  private readonly limits: FetchLimits;

  /** @throws DefinitionError `OPTION_INVALID` */
  constructor(options: HttpFetcherOptions = {}) {
    this.allowed = new HostAllowList(options.allowHosts ?? []);
    this.ports = new Set(options.ports ?? [80, 443, 8080, 8443]);
    this.userAgent = options.userAgent ?? 'rowlock-fetcher';
    this.limits = fetchLimits(options);
    this.agent = new Agent({
      connections: this.limits.connectionsPerHost,
      headersTimeout: this.limits.headersTimeoutMs,
      bodyTimeout: this.limits.bodyTimeoutMs,
      connect: guardedConnector({
        allowed: this.allowed,
        timeout: this.limits.connectTimeoutMs,
        resolve: options.resolve,
      }),
    });
  }

  /**
   * Fetches a URL with GET and follows redirects.
   * @throws PermanentFetchError when asking again cannot help
   * @throws TransientFetchError when it may
   */
  async get(url: string, { signal: caller, accept = HTML, headers = {} }: GetOptions = {}): Promise<Fetched> {
    let hop = firstHop(url, {
      'user-agent': this.userAgent,
      ...headers,
      accept: accept.join(', '),
      'accept-encoding': ACCEPT_ENCODING,
    });
    try {
      return await withDeadline(this.limits.totalTimeoutMs, caller, async (signal) => {
        for (let redirects = 0; redirects <= this.limits.maxRedirects; redirects++) {
          const response = await this.send(hop, signal);
          const { location } = response.headers;
          if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') {
            return this.receive(hop.url, response, accept);
          }
          discard(response);
          hop = nextHop(hop, location);
        }
        throw new PermanentFetchError('FETCH_REDIRECTS_EXCEEDED', url, {
          problem: `more than ${this.limits.maxRedirects} redirects.`,
        });
      });
    } catch (error) {
      caller?.throwIfAborted();
      throw asFetchError(hop.url, error);
    }
  }

  /** Waits for running requests and closes every connection. May be called again. */
  async close(): Promise<void> {
    if (!this.agent.closed) await this.agent.close();
  }

  private async send({ url, headers }: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    this.check(url);
    return this.agent.request({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers, signal });
  }

  /** What the URL itself tells. The address behind it is checked when the connection is made. */
  private check(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new PermanentFetchError('FETCH_SCHEME_REFUSED', url, { problem: 'only http and https are fetched.' });
    }
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    if (!this.ports.has(port) && !this.allowed.has(url.hostname, port)) {
      throw new PermanentFetchError('FETCH_PORT_REFUSED', url, {
        problem: `port ${port} is not among those that may be reached. Add it to ports, or the host to allowHosts.`,
      });
    }
  }

  private async receive(url: URL, response: Dispatcher.ResponseData, accept: readonly string[]): Promise<Fetched> {
    const { statusCode, headers } = response;
    const contentType = headerOf(headers, 'content-type') ?? '';
    if (statusCode < 200 || statusCode > 299) {
      discard(response);
      throw statusError(url, statusCode, headerOf(headers, 'retry-after'));
    }
    if (!isWantedType(contentType, accept)) {
      discard(response);
      throw new PermanentFetchError('FETCH_TYPE_REFUSED', url, {
        status: statusCode,
        problem: `the answer is ${contentType ? `"${contentType}"` : 'of no declared type'}, wanted: ${accept.join(', ')}.`,
      });
    }
    const encoding = headerOf(headers, 'content-encoding');
    const body = await readBody({ url, encoding, chunks: response.body }, this.limits);
    return new Fetched(url.href, statusCode, contentType, body);
  }
}

/** Closes the connection rather than read a body that nobody wants: it may be endless. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => {}).destroy();
}

function headerOf(headers: Dispatcher.ResponseData['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function asFetchError(url: URL, error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const timedOut = error instanceof DeadlineExceeded || TIMEOUT_CODES.has(code);
  return new TransientFetchError(timedOut ? 'FETCH_TIMEOUT' : 'FETCH_NETWORK', url, {
    problem: `${timedOut ? 'it took too long' : 'the network failed'} (${message || code}).`,
    cause: error,
  });
}
