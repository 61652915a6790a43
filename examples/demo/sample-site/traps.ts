import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { drawPicture } from './draw-picture.js';

/** Answers one request. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const MIB = 1024 * 1024;

/** How long the slow page says nothing, in milliseconds: longer than a fetcher waits. */
const SILENCE = 60_000;

/**
 * What goes wrong on the web, each at an address of its own below `/traps/`. A crawler should come out of all of them,
 * with the page that heals and the one good picture.
 */
export function trapRoutes(): ReadonlyMap<string, Route> {
  let visits = 0;
  return new Map<string, Route>([
    ['/traps/', (_, response) => html(response, 200, index())],
    ['/traps/missing', (_, response) => html(response, 404, '<h1>Not here</h1>')],
    [
      '/traps/heals',
      (_, response) => (++visits === 1 ? html(response, 500, 'Oh no') : html(response, 200, '<h1>Healed</h1>')),
    ],
    ['/traps/slow', slow],
    ['/traps/huge', (_, response) => stream(response, repeated('<p>and so on</p>'.repeat(4096), 64 * MIB))],
    ['/traps/loop', (_, response) => redirect(response, '/traps/loop-back')],
    ['/traps/loop-back', (_, response) => redirect(response, '/traps/loop')],
    ['/traps/report', (_, response) => void response.setHeader('content-type', 'application/pdf').end('%PDF-1.7')],
    ['/traps/bomb', bomb],
    ['/traps/gallery', (_, response) => html(response, 200, gallery())],
    ['/traps/whole.png', async (_, response) => png(response, await drawPicture(WHOLE))],
    ['/traps/cut.png', async (_, response) => png(response, (await drawPicture(WHOLE)).subarray(0, 500))],
    ['/traps/text.png', (_, response) => png(response, Buffer.from('This is no picture.'))],
  ]);
}

const WHOLE = { format: 'png', width: 500, height: 400, seed: 99 } as const;

function index(): string {
  const links = ['missing', 'heals', 'slow', 'huge', 'loop', 'report', 'bomb', 'gallery'];
  return `<h1>Traps</h1>${links.map((name) => `<p><a href="${name}">${name}</a></p>`).join('')}`;
}

function gallery(): string {
  const images = ['whole.png', 'cut.png', 'text.png', 'missing'];
  return `<h1>Gallery</h1>${images.map((name) => `<img src="${name}" alt="${name}">`).join('')}`;
}

function slow(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => html(response, 200, '<h1>At last</h1>'), SILENCE);
  request.socket.once('close', () => clearTimeout(timer));
}

/** 256 MiB of zeros in a quarter of a megabyte. */
function bomb(_: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-encoding', 'gzip');
  stream(response, repeated('\0'.repeat(64 * 1024), 256 * MIB).pipe(createGzip()));
}

function repeated(text: string, size: number): Readable {
  return Readable.from(Array.from({ length: size / text.length }, () => text));
}

function stream(response: ServerResponse, body: Readable): void {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.once('close', () => body.destroy()); // whoever hangs up early has had enough
  body.pipe(response);
}

function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(body);
}

function png(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'image/png' }).end(body);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
