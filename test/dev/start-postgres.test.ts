import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type PostgresServer } from '../../src/dev/index.js';
import { withClient } from '../support/database.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

async function show(server: PostgresServer, setting: string): Promise<string> {
  return withClient(server.url, async (client) => {
    const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [setting]);
    return rows[0]?.value ?? '';
  });
}

describe('startPostgres', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  const servers: PostgresServer[] = [];
  const start = async (options: Parameters<typeof startPostgres>[0] = {}): Promise<PostgresServer> => {
    const server = await startPostgres({ directory: folder.path, ...options });
    servers.push(server);
    return server;
  };

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  afterAll(() => folder.remove());

  it('starts PostgreSQL 18 on the loopback interface, safe against power cuts unless told otherwise', async () => {
    const server = await start();
    expect(server.version).toMatch(/^18\./);
    expect(await show(server, 'server_version')).toBe(server.version);
    expect(await show(server, 'listen_addresses')).toBe('127.0.0.1');
    expect(await show(server, 'unix_socket_directories')).toBe('');
    expect(await show(server, 'max_connections')).toBe('200');
    expect(await show(server, 'fsync')).toBe('on');
    expect(await show(server, 'server_encoding')).toBe('UTF8');
  });

  it('lets nobody in without the password', async () => {
    const url = new URL((await start()).url);
    url.password = 'wrong';
    await expect(withClient(url.href, (client) => client.query('select 1'))).rejects.toThrow('password authentication');
  });

  it('keeps the data of a directory from one start to the next', async () => {
    const first = await start();
    await withClient(first.url, (client) => client.query('create table kept as select 7 as number'));
    await first.stop();
    const second = await start();
    const { rows } = await withClient(second.url, (client) => client.query('select number from kept'));
    expect(rows).toEqual([{ number: 7 }]);
  });

  it('passes settings on to an ephemeral server, and deletes everything of it when it stops', async () => {
    const before = await readdir(folder.path);
    const server = await start({ ephemeral: true, settings: { fsync: 'off', max_connections: '30' } });
    expect(await show(server, 'fsync')).toBe('off');
    expect(await show(server, 'max_connections')).toBe('30');
    expect(await readdir(folder.path)).toHaveLength(before.length + 1);
    await server.stop();
    expect(await readdir(folder.path)).toEqual(before);
  });

  it('gives every ephemeral caller a server of its own', async () => {
    const [a, b] = await Promise.all([start({ ephemeral: true }), start({ ephemeral: true })]);
    expect(a.url).not.toBe(b.url);
    await withClient(a.url, (client) => client.query('create table only_here ()'));
    const { rows } = await withClient(b.url, (client) => client.query(`select to_regclass('only_here') as found`));
    expect(rows).toEqual([{ found: null }]);
  });

  it('shares the server of a directory, and stops it with the last who holds it', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    expect(a.url).toBe(b.url);
    await a.stop();
    expect(await show(b, 'fsync')).toBe('on');
    await b.stop();
    expect(existsSync(path.join(folder.path, 'data', 'postmaster.pid'))).toBe(false);
    await expect(show(b, 'fsync')).rejects.toThrow('ECONNREFUSED');
  });

  it('may be stopped twice', async () => {
    const server = await start();
    await server.stop();
    await expect(server.stop()).resolves.toBeUndefined();
  });

  it('says what PostgreSQL says when it does not start, and what to do', async () => {
    await expect(start({ settings: { shared_bufers: '1GB' } })).rejects.toMatchObject({
      code: 'POSTGRES_START_FAILED',
      message: expect.stringMatching(/unrecognized configuration parameter "shared_bufers"[^]*DATABASE_URL/),
    });
  });
});
