import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DefinitionError } from '../core/errors.js';

/** What a probe finds. */
export interface ProbeResult {
  readonly ok: boolean;
  /** For people: what was looked at, and what was found. Never anything that only some may know. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a probe server listens, and what it asks. */
export interface ProbeServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default `127.0.0.1`; `0.0.0.0` where the probes come from elsewhere, as in Kubernetes. */
  readonly host?: string;
  /** Whether the process should go on; if not, it is better killed and started anew. */
  readonly livez: () => ProbeResult | Promise<ProbeResult>;
  /** Whether it does its work now. */
  readonly readyz: () => ProbeResult | Promise<ProbeResult>;
}

/**
 * Answers `GET /livez` and `GET /readyz` with 200 or 503 and JSON, for Kubernetes and whoever else asks. It keeps no
 * process alive, and logs no requests.
 *
 * @example
 * const probes = new ProbeServer({ port: 9000, host: '0.0.0.0', livez, readyz });
 * await probes.start();
 */
export class ProbeServer {
  readonly #server: Server;

  constructor(private readonly options: ProbeServerOptions) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.unref();
  }

  /**
   * @returns the port
   * @throws DefinitionError `OPTION_INVALID` if the port cannot be had
   */
  async start(): Promise<number> {
    const { port, host = '127.0.0.1' } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(refused(host, port, error)));
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Also ends connections that are kept alive. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { livez, readyz } = this.options;
    const probes: Readonly<Record<string, ProbeServerOptions['livez']>> = { '/livez': livez, '/readyz': readyz };
    const path = url.split('?')[0] ?? url;
    const probe = Object.hasOwn(probes, path) ? probes[path] : undefined;
    if (!probe) return send(response, 404, { error: 'There are /livez and /readyz.' });
    if (method !== 'GET' && method !== 'HEAD')
      return send(response, 405, { error: 'A probe is asked by GET or HEAD.' });
    try {
      const { ok, detail } = await probe();
      send(response, ok ? 200 : 503, { ok, ...detail });
    } catch {
      // What went wrong is for the log of the process, not for whoever can reach this port.
      send(response, 503, { ok: false });
    }
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', allow: 'GET, HEAD' });
  response.end(`${JSON.stringify(body)}\n`);
}

function refused(host: string, port: number, cause: Error): DefinitionError {
  const message = `Probes cannot be answered on ${host}:${port}: ${cause.message}. Choose another port, or 0 for a free one.`;
  return new DefinitionError('OPTION_INVALID', message, { cause });
}
