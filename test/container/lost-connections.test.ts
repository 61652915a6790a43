import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createContainer } from '../../src/index.js';
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

describe('a connection that the server ends in the moment in which it is ready', () => {
  let ending = false;
  let network: TcpProxy;
  let dataSource: DataSource;
  beforeEach(async () => {
    network = await startTcpProxy(rowlock.url, () => (ending ? terminatedWhenReady : (chunk) => chunk));
    dataSource = new DataSource({ type: 'postgres', url: network.url, applicationName: `${rowlock.schema}_ended` });
    await createContainer({ dataSource, schema: rowlock.schema });
  });
  afterEach(async () => {
    await dataSource.destroy();
    await network.close();
  });

  it('F-4 fails the statement that it was for, and not the process', async () => {
    const first = dataSource.createQueryRunner();
    await first.connect();
    ending = true;
    const failure = await rejectionOf(dataSource.query('select 1'));
    ending = false;
    await first.release();
    expect(sqlFailure(failure)).toBe('connection');
    expect(await dataSource.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

/** Both words arrive together. */
function terminatedWhenReady(chunk: Buffer): Buffer {
  return chunk.includes(READY) ? Buffer.concat([chunk, TERMINATED]) : chunk;
}
