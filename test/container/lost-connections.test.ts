import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Container } from 'inversify';
import { DataSource } from 'typeorm';
import { createContainer, rowlockModule, Worker } from '../../src/index.js';
import { sqlFailure } from '../../src/repositories/sql-errors.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const rowlock = useRowlock();

/** What a server says when it is ready for the first statement, and when it ends the session. */
const READY = Buffer.from([...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')]);
const TERMINATED = message('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');

function message(kind: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(kind), length, Buffer.from(body)]);
}

describe('F-4 a connection that the server ends in the moment in which it is ready', () => {
  let ending = false;
  let network: TcpProxy;
  let dataSource: DataSource;
  beforeEach(async () => {
    network = await startTcpProxy(rowlock.url, () => (ending ? terminatedWhenReady : (chunk) => chunk));
    // Each statement has a new connection.
    dataSource = new DataSource({ type: 'postgres', url: network.url, extra: { maxUses: 1 } });
  });
  afterEach(async () => {
    await dataSource.destroy();
    await network.close();
  });

  it.each([
    ['a container', () => createContainer({ dataSource, schema: rowlock.schema })],
    ['a worker in a container of the application’s own', startWorker],
  ])('fails the statement that it was for, and not the process: %s', async (_, make) => {
    await make();
    ending = true;
    const failure = await rejectionOf(dataSource.query('select 1'));
    ending = false;
    expect(sqlFailure(failure)).toBe('connection');
    expect(await dataSource.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  async function startWorker(): Promise<void> {
    await dataSource.initialize();
    const container = new Container();
    container.load(rowlockModule({ dataSource, schema: rowlock.schema, worker: { listen: false } }));
    const worker = container.get(Worker);
    await worker.start();
    await worker.stop();
  }
});

/** Both words arrive together. */
function terminatedWhenReady(chunk: Buffer): Buffer {
  return chunk.includes(READY) ? Buffer.concat([chunk, TERMINATED]) : chunk;
}
