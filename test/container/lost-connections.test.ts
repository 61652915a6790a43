import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createContainer } from '../../src/index.js';
import { sqlFailure } from '../../src/repositories/sql-errors.js';
import { eventually } from '../support/eventually.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const rowlock = useRowlock();

const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

describe('a connection that the server ends in the moment in which it is ready', () => {
  let holding = false;
  let network: TcpProxy;
  let dataSource: DataSource;
  beforeEach(async () => {
    network = await startTcpProxy(rowlock.url, () => (holding ? untilTheEnd() : (chunk) => chunk));
    dataSource = new DataSource({ type: 'postgres', url: network.url, applicationName: `${rowlock.schema}_held` });
    await createContainer({ dataSource, schema: rowlock.schema });
  });
  afterEach(async () => {
    holding = false;
    await dataSource.destroy();
    await network.close();
  });

  it('F-4 fails the statement that it was for, and not the process', async () => {
    const first = dataSource.createQueryRunner();
    await first.connect();
    holding = true;
    const failed = rejectionOf(dataSource.query('select 1'));
    const [, second] = await eventually('the second is there', async () => {
      const pids = await rowlock.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = $1 and state = 'idle' order by backend_start`,
        [`${rowlock.schema}_held`],
      );
      return pids.length === 2 && pids;
    });
    await rowlock.query('select pg_terminate_backend($1)', [second?.pid]);
    expect(sqlFailure(await failed)).toBe('connection');
    holding = false;
    expect(await dataSource.query('select 1 as one')).toEqual([{ one: 1 }]);
    await first.release();
  });
});

/** Passes nothing on after the password was right, until the server says why it ends the connection; then all at once. */
function untilTheEnd(): (chunk: Buffer) => Buffer {
  let held: Buffer | null = null;
  return (chunk) => {
    if (!held && !chunk.includes(AUTHENTICATED)) return chunk;
    held = Buffer.concat([held ?? Buffer.alloc(0), chunk]);
    return held.includes('57P01') ? held : Buffer.alloc(0);
  };
}
