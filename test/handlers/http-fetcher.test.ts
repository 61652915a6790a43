import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import type { IncomingMessage, RequestListener } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FetchError, HttpFetcher, PermanentFetchError, type HttpFetcherOptions } from '../../handlers/index.js';
import { eventually } from '../support/eventually.js';
import { serve, type LocalServer } from './local-server.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(listener: RequestListener): Promise<LocalServer> {
  const server = await serve(listener);
  cleanups.push(() => server.close());
  return server;
}

function fetcherFor(server: Pick<LocalServer, 'host'> | null, options: HttpFetcherOptions = {}): HttpFetcher {
  const fetcher = new HttpFetcher({ ...(server && { allowHosts: [server.host] }), ...options });
  cleanups.push(() => fetcher.close());
  return fetcher;
}

/** Serves one answer to every request, whatever its path. */
function answer(body: string | Buffer, headers: Record<string, string> = {}, status = 200): RequestListener {
  return (_, response) => response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
}

/** A server that accepts connections and listens, and never says a word. */
async function startMute(): Promise<{ host: string; heard: () => string }> {
  const sockets: Socket[] = [];
  let heard = '';
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('data', (chunk) => (heard += chunk.toString('latin1'))).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard: () => heard };
}

async function failure(work: Promise<unknown>): Promise<FetchError> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  if (!(error instanceof FetchError)) throw error;
  return error;
}

describe('HttpFetcher: a success', () => {
  it('brings the body, the type and the address', async () => {
    const server = await start(answer('<h1>Hello</h1>', { 'content-type': 'text/html; charset=utf-8' }));
    const fetched = await fetcherFor(server).get(`${server.origin}/a?b=c#d`);
    expect(fetched).toMatchObject({
      url: `${server.origin}/a?b=c`,
      status: 200,
      contentType: 'text/html; charset=utf-8',
    });
    expect(fetched.text()).toBe('<h1>Hello</h1>');
    expect(server.requests[0]?.headers).toMatchObject({
      host: server.host,
      'user-agent': 'rowlock-fetcher',
      accept: 'text/html, application/xhtml+xml',
      'accept-encoding': 'gzip, br, deflate',
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('decompresses %s (%p)', async (encoding, compress) => {
    const server = await start(answer(compress(Buffer.from('grün')), { 'content-encoding': encoding }));
    expect((await fetcherFor(server).get(server.origin)).text()).toBe('grün');
  });

  it('takes an empty body for an empty body, whatever its encoding', async () => {
    const server = await start(answer('', { 'content-encoding': 'gzip' }));
    expect((await fetcherFor(server).get(server.origin)).body).toHaveLength(0);
  });

  it('sends the headers it is given, and credentials from the URL as a header', async () => {
    const server = await start(answer('ok'));
    const url = `http://me:p%40ss@${server.host}/`;
    const { url: shown } = await fetcherFor(server).get(url, { headers: { 'X-Trace': '1' } });
    expect(shown).toBe(`${server.origin}/`);
    expect(server.requests[0]?.headers).toMatchObject({
      'x-trace': '1',
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    });
  });

  it('keeps at most connectionsPerHost connections', async () => {
    let open = 0;
    let most = 0;
    const server = await start((_, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        response.writeHead(200, { 'content-type': 'text/html' }).end();
      });
    });
    const fetcher = fetcherFor(server, { connectionsPerHost: 2 });
    await Promise.all(Array.from({ length: 10 }, (_, i) => fetcher.get(`${server.origin}/${i}`)));
    expect(server.requests).toHaveLength(10);
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe('HttpFetcher: redirects', () => {
  const redirectTo =
    (location: string, status = 302): RequestListener =>
    (request, response) =>
      request.url === '/start'
        ? response.writeHead(status, { location }).end('moved')
        : answer('here')(request, response);

  it.each([301, 302, 303, 307, 308])('follows %i to a relative address', async (status) => {
    const server = await start(redirectTo('next/page?x=1', status));
    const { url } = await fetcherFor(server).get(`${server.origin}/start`);
    expect(url).toBe(`${server.origin}/next/page?x=1`);
  });

  it('stops after maxRedirects', async () => {
    const server = await start((request, response) => {
      response.writeHead(302, { location: `/${Number(request.url?.slice(1)) + 1}` }).end();
    });
    const fetcher = fetcherFor(server, { maxRedirects: 5 });
    expect(await failure(fetcher.get(`${server.origin}/0`))).toMatchObject({
      code: 'FETCH_REDIRECTS_EXCEEDED',
      retryable: false,
    });
    expect(server.requests.map(({ url }) => url)).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
  });

  it('keeps credentials on the same origin', async () => {
    const server = await start(redirectTo('/next'));
    await fetcherFor(server).get(`${server.origin}/start`, { headers: { Authorization: 'Bearer t', Cookie: 'a=b' } });
    expect(server.requests[1]?.headers).toMatchObject({ authorization: 'Bearer t', cookie: 'a=b' });
  });

  it('strips credentials when the origin changes, and keeps the other headers', async () => {
    const target = await start(answer('there'));
    const server = await start(redirectTo(`${target.origin}/`));
    const fetcher = fetcherFor(null, { allowHosts: [server.host, target.host] });
    const headers = { Authorization: 'Bearer t', Cookie: 'a=b', 'Proxy-Authorization': 'Basic x', 'X-Trace': '1' };
    await fetcher.get(`http://user:secret@${server.host}/start`, { headers });
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer t' });
    const sent = target.requests[0]?.headers;
    expect(sent).toMatchObject({ 'x-trace': '1' });
    expect(Object.keys(sent ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
    expect(sent).not.toHaveProperty('cookie');
    expect(sent).not.toHaveProperty('proxy-authorization');
  });

  it.each([
    ['a private address', 'http://10.0.0.1/', 'FETCH_ADDRESS_REFUSED'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data/', 'FETCH_ADDRESS_REFUSED'],
    ['loopback on another port', 'http://127.0.0.1:8080/', 'FETCH_ADDRESS_REFUSED'],
    ['loopback in IPv6', 'http://[::1]/', 'FETCH_ADDRESS_REFUSED'],
    ['a file', 'file:///etc/passwd', 'FETCH_SCHEME_REFUSED'],
    ['another scheme', 'gopher://127.0.0.1:70/x', 'FETCH_SCHEME_REFUSED'],
    ['an odd port', 'http://example.com:22/', 'FETCH_PORT_REFUSED'],
    ['no URL', 'http://[', 'FETCH_URL_INVALID'],
  ])('checks each hop: %s', async (_, location, code) => {
    const server = await start(redirectTo(location));
    expect(await failure(fetcherFor(server).get(`${server.origin}/start`))).toMatchObject({ code, retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  it('takes a redirect without Location for an answer', async () => {
    const server = await start((_, response) => response.writeHead(302).end());
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({
      code: 'FETCH_STATUS_UNEXPECTED',
      status: 302,
    });
  });
});

describe('HttpFetcher: addresses that are refused', () => {
  it.each([
    ['http://127.0.0.1/'],
    ['http://127.1/'],
    ['http://2130706433/'],
    ['http://0x7f.0.0.1/'],
    ['http://0177.0.0.1/'],
    ['http://①②⑦.0.0.1/'],
    ['http://0.0.0.0/'],
    ['http://[::1]/'],
    ['http://[::]/'],
    ['http://[::ffff:127.0.0.1]/'],
    ['http://[::ffff:a9fe:a9fe]/'],
    ['http://[64:ff9b::a9fe:a9fe]/'],
    ['http://[fd00:ec2::254]/'],
    ['http://169.254.169.254/latest/meta-data/'],
    ['http://100.100.100.200/'],
    ['https://192.168.0.1/'],
    ['http://10.1.2.3:8080/'],
  ])('%s', async (url) => {
    expect(await failure(fetcherFor(null).get(url))).toMatchObject({ code: 'FETCH_ADDRESS_REFUSED', retryable: false });
  });

  it('localhost, by the name that the system resolves', async () => {
    const error = await failure(fetcherFor(null).get('http://localhost:8080/'));
    expect(error).toMatchObject({ code: 'FETCH_ADDRESS_REFUSED' });
    expect(error.message).toContain("allowHosts: ['localhost']");
  });

  it('a name of which any address is private', async () => {
    const resolve = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await failure(fetcherFor(null, { resolve }).get('http://mixed.example/'))).toMatchObject({
      code: 'FETCH_ADDRESS_REFUSED',
    });
  });

  it('a name that turns private after the check: it is resolved once for each connection', async () => {
    const server = await start(answer('inside'));
    let lookups = 0;
    const resolve = async () => [{ address: ++lookups === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const url = `http://rebinding.example:${new URL(server.origin).port}/`;
    const { url: shown } = await fetcherFor(null, { resolve, allowHosts: ['rebinding.example'] }).get(url);
    expect(shown).toBe(url);
    expect(lookups).toBe(1);
    expect(server.requests[0]?.headers.host).toBe(new URL(url).host);
  });

  it('an allowed host under another name', async () => {
    const server = await start(answer('inside'));
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const fetcher = fetcherFor(server, { resolve, ports: [Number(new URL(server.origin).port)] });
    const error = await failure(fetcher.get(`http://inside.example:${new URL(server.origin).port}/`));
    expect(error).toMatchObject({ code: 'FETCH_ADDRESS_REFUSED' });
    expect(server.requests).toHaveLength(0);
  });

  it('an allowed host on another port, if the user named the port', async () => {
    const other = await start(answer('other'));
    expect(await failure(fetcherFor(null, { allowHosts: ['127.0.0.1:1'] }).get(other.origin))).toMatchObject({
      code: 'FETCH_PORT_REFUSED',
    });
  });

  it.each([['127.0.0.1'], ['127.1'], ['LOCALHOST'], ['localhost']])('unless allowHosts names it: %s', async (host) => {
    const server = await start(answer('inside'));
    const url = `http://${host}:${new URL(server.origin).port}/`;
    const fetcher = fetcherFor(null, {
      allowHosts: [host],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    expect((await fetcher.get(url)).text()).toBe('inside');
  });

  it.each([['http://localhost'], ['user@localhost'], ['localhost/path'], ['a b'], ['localhost:x'], ['']])(
    'allowHosts refuses %p, which is no host',
    (entry) => {
      expect(() => new HttpFetcher({ allowHosts: [entry] })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    },
  );

  it.each([
    ['http://example.com:25/', 'FETCH_PORT_REFUSED'],
    ['ftp://example.com/', 'FETCH_SCHEME_REFUSED'],
    ['data:text/html,hello', 'FETCH_SCHEME_REFUSED'],
    ['javascript:alert(1)', 'FETCH_SCHEME_REFUSED'],
    ['/relative', 'FETCH_URL_INVALID'],
    ['http://', 'FETCH_URL_INVALID'],
    [`http://example.com/${'a'.repeat(2000)}`, 'FETCH_URL_INVALID'],
  ])('%s is %s', async (url, code) => {
    expect(await failure(fetcherFor(null).get(url))).toMatchObject({ code, retryable: false });
  });

  it('the message carries no credentials and no query', async () => {
    const error = await failure(fetcherFor(null).get('http://me:secret@10.0.0.1/a?token=secret#secret'));
    expect(error.message).not.toContain('secret');
    expect(error.url).not.toContain('secret');
  });
});

describe('HttpFetcher: statuses', () => {
  it.each([
    [400, 'FETCH_STATUS_UNEXPECTED', false],
    [401, 'FETCH_FORBIDDEN', false],
    [403, 'FETCH_FORBIDDEN', false],
    [404, 'FETCH_NOT_FOUND', false],
    [408, 'FETCH_TIMEOUT', true],
    [410, 'FETCH_NOT_FOUND', false],
    [418, 'FETCH_STATUS_UNEXPECTED', false],
    [425, 'FETCH_TIMEOUT', true],
    [429, 'FETCH_THROTTLED', true],
    [451, 'FETCH_FORBIDDEN', false],
    [500, 'FETCH_SERVER_ERROR', true],
    [502, 'FETCH_SERVER_ERROR', true],
    [503, 'FETCH_THROTTLED', true],
    [504, 'FETCH_SERVER_ERROR', true],
  ])('%i is %s (retryable: %s)', async (status, code, retryable) => {
    const server = await start(answer('no', {}, status));
    const error = await failure(fetcherFor(server).get(server.origin));
    expect(error).toMatchObject({ code, retryable, status });
    expect(error instanceof PermanentFetchError).toBe(!retryable);
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['999999999', 86_400_000],
    [new Date(Date.now() - 60_000).toUTCString(), 0],
    ['soon', undefined],
  ])('Retry-After: %s', async (header, expected) => {
    const server = await start(answer('wait', { 'retry-after': header }, 429));
    expect((await failure(fetcherFor(server).get(server.origin))).retryAfter).toBe(expected);
  });

  it('Retry-After as a date', async () => {
    const server = await start(answer('wait', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }, 503));
    const { retryAfter } = await failure(fetcherFor(server).get(server.origin));
    expect(retryAfter).toBeGreaterThan(50_000);
    expect(retryAfter).toBeLessThanOrEqual(60_000);
  });

  it('does not read the body of a refusal, however long it is', async () => {
    let closed = false;
    const server = await start((_, response) => {
      response.writeHead(404).write('no');
      response.once('close', () => (closed = true));
    });
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({ code: 'FETCH_NOT_FOUND' });
    await eventually('the connection is closed', () => closed);
  });
});

describe('HttpFetcher: bodies', () => {
  it.each([
    ['application/pdf', undefined],
    ['image/png', undefined],
    ['', undefined],
    ['text/html', ['image/*']],
    ['image/svg+xml', ['image/png', 'image/jpeg']],
  ])('refuses the type %p if %p is wanted', async (type, accept) => {
    const server = await start((_, response) => response.writeHead(200, type ? { 'content-type': type } : {}).end('x'));
    expect(await failure(fetcherFor(server).get(server.origin, accept && { accept }))).toMatchObject({
      code: 'FETCH_TYPE_REFUSED',
      retryable: false,
    });
  });

  it.each([
    ['IMAGE/PNG; q=1', ['image/*']],
    ['image/png', ['image/png']],
    ['application/octet-stream', ['*/*']],
    ['text/html;charset=utf-8', undefined],
  ])('accepts the type %p if %p is wanted', async (type, accept) => {
    const server = await start(answer('x', { 'content-type': type }));
    await expect(fetcherFor(server).get(server.origin, accept && { accept })).resolves.toMatchObject({ status: 200 });
  });

  it('refuses a body larger than maxBytes at the chunk that exceeds it', async () => {
    let closed = false;
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.once('close', () => (closed = true));
      response.write('x'.repeat(2000)); // and never an end
    });
    expect(await failure(fetcherFor(server, { maxBytes: 1000 }).get(server.origin))).toMatchObject({
      code: 'FETCH_TOO_LARGE',
      retryable: false,
    });
    await eventually('the connection is closed', () => closed);
  });

  it('accepts a body of exactly maxBytes, and counts them after decompression', async () => {
    const server = await start((request, response) => {
      const size = Number(request.url?.slice(1));
      answer(gzipSync(Buffer.from('ab'.repeat(size / 2))), { 'content-encoding': 'gzip' })(request, response);
    });
    const fetcher = fetcherFor(server, { maxBytes: 1000 });
    expect((await fetcher.get(`${server.origin}/1000`)).body).toHaveLength(1000);
    expect(await failure(fetcher.get(`${server.origin}/1002`))).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('takes a body that unpacks to far more than it was for a bomb (%s)', async (encoding, compress) => {
    const server = await start(answer(compress(Buffer.alloc(9_000_000)), { 'content-encoding': encoding }));
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({
      code: 'FETCH_BOMB',
      retryable: false,
    });
  });

  it('leaves small files of zeros alone', async () => {
    const server = await start(answer(gzipSync(Buffer.alloc(900_000)), { 'content-encoding': 'gzip' }));
    expect((await fetcherFor(server).get(server.origin)).body).toHaveLength(900_000);
  });

  it.each(['zstd', 'gzip, gzip', 'compress'])('refuses the encoding %s', async (encoding) => {
    const server = await start(answer('x', { 'content-encoding': encoding }));
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({
      code: 'FETCH_ENCODING_REFUSED',
      retryable: false,
    });
  });

  it.each([
    ['cut short', gzipSync(Buffer.from('hello world'.repeat(100))).subarray(0, 30)],
    ['not gzip at all', Buffer.from('hello')],
  ])('tells a body that is %s', async (_, body) => {
    const server = await start(answer(body, { 'content-encoding': 'gzip' }));
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({
      code: 'FETCH_BODY_CORRUPT',
      retryable: true,
    });
  });
});

describe('HttpFetcher: time and network', () => {
  const silent: RequestListener = () => {};
  const half: RequestListener = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).write('half');

  it('gives up on headers that do not come', async () => {
    const server = await start(silent);
    expect(await failure(fetcherFor(server, { headersTimeoutMs: 50 }).get(server.origin))).toMatchObject({
      code: 'FETCH_TIMEOUT',
      retryable: true,
    });
  });

  it('gives up on a body that stalls', async () => {
    const server = await start(half);
    expect(await failure(fetcherFor(server, { bodyTimeoutMs: 50 }).get(server.origin))).toMatchObject({
      code: 'FETCH_TIMEOUT',
    });
  });

  it('gives up on a body that trickles', async () => {
    const server = await start((request, response) => {
      half(request, response);
      const timer = setInterval(() => response.write('.'), 10);
      response.once('close', () => clearInterval(timer));
    });
    const error = await failure(fetcherFor(server, { totalTimeoutMs: 100 }).get(server.origin));
    expect(error).toMatchObject({ code: 'FETCH_TIMEOUT' });
    expect(error.message).toContain('100 ms');
  });

  it('gives up on a connection that does not come about', async () => {
    const { host } = await startMute();
    const fetcher = fetcherFor({ host }, { connectTimeoutMs: 50 });
    expect(await failure(fetcher.get(`https://${host}/`))).toMatchObject({ code: 'FETCH_TIMEOUT', retryable: true });
  });

  it('greets by the name, though it connects to the checked address', async () => {
    const { host, heard } = await startMute();
    const url = `https://pinned.example:${host.split(':')[1]}/`;
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const fetcher = fetcherFor(null, { resolve, allowHosts: ['pinned.example'], connectTimeoutMs: 2000 });
    const pending = failure(fetcher.get(url));
    await eventually('a greeting that names the server', () => heard().includes('pinned.example'));
    expect(await pending).toMatchObject({ code: 'FETCH_TIMEOUT' });
  });

  it('tells a network failure', async () => {
    const server = await start(silent);
    await server.close();
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({
      code: 'FETCH_NETWORK',
      retryable: true,
    });
  });

  it('tells a name that does not resolve', async () => {
    const resolve = async () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    expect(await failure(fetcherFor(null, { resolve }).get('http://nowhere.example/'))).toMatchObject({
      code: 'FETCH_NETWORK',
    });
    expect(await failure(fetcherFor(null, { resolve: async () => [] }).get('http://empty.example/'))).toMatchObject({
      code: 'FETCH_NETWORK',
    });
  });

  it('tells a connection that breaks in the middle', async () => {
    const server = await start((request, response) => {
      half(request, response);
      setImmediate(() => response.destroy());
    });
    expect(await failure(fetcherFor(server).get(server.origin))).toMatchObject({
      code: 'FETCH_NETWORK',
      retryable: true,
    });
  });

  it('tells a server that speaks no TLS', async () => {
    const server = await start(silent);
    expect(await failure(fetcherFor(server).get(`https://${server.host}/`))).toMatchObject({ code: 'FETCH_NETWORK' });
  });

  it.each([
    ['before the request', async () => {}, 0],
    [
      'while it waits for headers',
      async (server: LocalServer) => void (await eventually('a request', () => server.requests[0])),
      1,
    ],
  ])('throws the reason of the signal when it aborts %s', async (_, until, requests) => {
    const server = await start(silent);
    const controller = new AbortController();
    const reason = new Error('the job was cancelled');
    if (requests === 0) controller.abort(reason);
    const pending = fetcherFor(server).get(server.origin, { signal: controller.signal });
    pending.catch(() => {});
    await until(server);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect(server.requests).toHaveLength(requests);
  });

  it('throws the reason of the signal at once while it connects', async () => {
    const { host, heard } = await startMute();
    const controller = new AbortController();
    const fetcher = fetcherFor({ host }, { connectTimeoutMs: 2000 });
    const pending = fetcher.get(`https://${host}/`, { signal: controller.signal });
    pending.catch(() => {});
    await eventually('a greeting', heard);
    const start = performance.now();
    const reason = new Error('lease lost');
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('gives up on a name server that does not answer', async () => {
    let fail: ((error: Error) => void) | undefined;
    const resolve = () => new Promise<never>((_, reject) => (fail = reject));
    const fetcher = fetcherFor(null, { resolve, totalTimeoutMs: 50 });
    expect(await failure(fetcher.get('http://nowhere.example/'))).toMatchObject({ code: 'FETCH_TIMEOUT' });
    fail?.(new Error('at last')); // so that the fetcher can be closed
  });

  it('throws the reason of the signal when it aborts within the body, and closes the connection', async () => {
    let hungUp: IncomingMessage | undefined;
    const server = await start((request, response) => {
      half(request, response);
      response.once('close', () => (hungUp = request));
    });
    const controller = new AbortController();
    const pending = fetcherFor(server).get(server.origin, { signal: controller.signal });
    pending.catch(() => {});
    await eventually('a request', () => server.requests[0]);
    const reason = new Error('shutdown');
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await eventually('the server sees the end', () => hungUp);
  });

  it.each([
    { totalTimeoutMs: 0 },
    { connectTimeoutMs: -1 },
    { headersTimeoutMs: Number.NaN },
    { maxBytes: 1.5 },
    { maxRedirects: -1 },
    { bodyTimeoutMs: '10s' as unknown as number },
  ])('refuses %p', (options) => {
    expect(() => new HttpFetcher(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('follows no redirect if maxRedirects is 0', async () => {
    const server = await start((_, response) => response.writeHead(302, { location: '/next' }).end());
    const error = await failure(fetcherFor(server, { maxRedirects: 0 }).get(server.origin));
    expect(error).toMatchObject({ code: 'FETCH_REDIRECTS_EXCEEDED' });
    expect(server.requests).toHaveLength(1);
  });
});
