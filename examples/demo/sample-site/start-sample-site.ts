import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { drawPicture } from './draw-picture.js';
import { PAGES, REDIRECTS } from './pages.js';
import { PICTURES } from './pictures.js';
import { trapRoutes, type Route } from './traps.js';

/** A running sample site. */
export interface SampleSite {
  /** Address of its home page, such as `http://127.0.0.1:40123/`. */
  readonly url: string;
  /** Host and port, for a fetcher's `allowHosts`. */
  readonly host: string;
  /** Ends every connection and stops. */
  close(): Promise<void>;
}

/** Settings of the sample site. */
export interface SampleSiteOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Adds `/traps/`: pages and pictures that fail in every way that the web knows. Default false. */
  readonly traps?: boolean;
}

/** Serves a small web site on the loopback interface: 12 pages that link to one another and show 30 pictures. */
export async function startSampleSite({ port = 0, traps = false }: SampleSiteOptions = {}): Promise<SampleSite> {
  const routes: ReadonlyMap<string, Route> = new Map([
    ...[...PAGES].map(([path, html]) => [path, pageRoute(traps ? withTraps(html) : html)] as const),
    ...[...REDIRECTS].map(([from, to]) => [from, redirectRoute(to)] as const),
    ...pictureRoutes(),
    ...(traps ? trapRoutes() : []),
  ]);
  const server = createServer((request, response) => {
    answer(routes, request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`,
    host,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(routes: ReadonlyMap<string, Route>, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '/', 'http://site');
  const route = routes.get(pathname);
  if (route) await route(request, response);
  else response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>No such page</h1>');
}

function pageRoute(html: string): Route {
  const plain = Buffer.from(html);
  const zipped = gzipSync(plain);
  return ({ headers }, response) => {
    const zip = headers['accept-encoding']?.includes('gzip') ?? false;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(zip && { 'content-encoding': 'gzip' }) });
    response.end(zip ? zipped : plain);
  };
}

function withTraps(html: string): string {
  return html.replace('</nav>', ' · <a href="/traps/">Traps</a></nav>');
}

function redirectRoute(location: string): Route {
  return (_, response) => void response.writeHead(301, { location }).end();
}

/** Each picture is drawn at its first request and kept. */
function pictureRoutes(): [string, Route][] {
  const drawn = new Map<string, Promise<Buffer>>();
  return [...PICTURES].map(([path, picture]) => [
    path,
    async (_, response) => {
      const bytes = drawn.get(path) ?? drawPicture(picture);
      drawn.set(path, bytes);
      response.writeHead(200, { 'content-type': `image/${picture.format}` }).end(await bytes);
    },
  ]);
}
