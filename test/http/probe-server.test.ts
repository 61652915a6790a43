import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'node:http';
import { ProbeServer, type ProbeResult } from '../../src/http/probe-server.js';
import { rejectionOf } from '../support/rejection.js';

let alive: () => ProbeResult;
let server: ProbeServer;
let port: number;

beforeEach(async () => {
  alive = () => ({ ok: true, detail: { state: 'running' } });
  server = new ProbeServer({
    port: 0,
    livez: () => alive(),
    readyz: () => Promise.resolve({ ok: false, detail: { state: 'draining' } }),
  });
  port = await server.start();
});

afterEach(() => server.close());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, init);

describe('ProbeServer', () => {
  it('answers 200 or 503 with JSON that says why, and is not to be cached', async () => {
    const live = await get('/livez');
    expect(live.status).toBe(200);
    expect(live.headers.get('content-type')).toBe('application/json');
    expect(live.headers.get('cache-control')).toBe('no-store');
    expect(await live.json()).toEqual({ ok: true, state: 'running' });
    const ready = await get('/readyz?verbose');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ok: false, state: 'draining' });
  });

  it('answers 503 and tells nobody why if a probe fails', async () => {
    alive = () => {
      throw new Error('secret');
    };
    const response = await get('/livez');
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('{"ok":false}\n');
  });

  it('knows two paths and two methods', async () => {
    expect((await get('/metrics')).status).toBe(404);
    expect((await get('/constructor')).status).toBe(404);
    expect((await get('/livez', { method: 'POST' })).status).toBe(405);
    const head = await get('/livez', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('says that a port is taken', async () => {
    const second = new ProbeServer({ port, livez: alive, readyz: alive });
    const error = await rejectionOf(second.start());
    expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringMatching(/EADDRINUSE.*another port/) });
    await second.close();
  });

  it('closes though a connection is kept alive', async () => {
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) => {
      request({ port, agent, path: '/livez' }, (response) => response.resume().on('end', resolve)).end();
    });
    await server.close();
    await expect(get('/livez')).rejects.toThrow('fetch failed');
    agent.destroy();
  });
});
