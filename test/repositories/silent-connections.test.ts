import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Database } from '../../src/repositories/database.js';
import { sessionPid } from '../../src/repositories/sql/session-pid.js';
import { sqlFailure } from '../../src/repositories/sql-errors.js';
import { createTestSchema, type TestSchema } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { rejectionOf } from '../support/rejection.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const PATIENCE_MS = 500;

describe('a suspicion that connections are not answered any more', () => {
  let schema: TestSchema;
  let network: TcpProxy;
  let database: Database;
  beforeEach(async () => {
    schema = await createTestSchema();
    network = await startTcpProxy(schema.url);
    database = new Database(await schema.open({ url: network.url, extra: { max: 1, min: 0 } }), schema.name);
  });
  afterEach(async () => {
    await network.close();
    await schema.drop();
  });

  it('ends one that was there, and leaves one that is answered', async () => {
    const [{ pid } = { pid: 0 }] = await database.run(sessionPid, []);
    database.suspectConnections(PATIENCE_MS);
    expect(await database.run(sessionPid, [])).toEqual([{ pid }]);
    network.silent = true;
    const asked = rejectionOf(database.run(sessionPid, []));
    database.suspectConnections(PATIENCE_MS);
    expect(sqlFailure(await asked)).toBe('connection');
  });

  it('falls on one that is begun later, whose first words the network swallows', async () => {
    network.cut();
    await eventually('the pool has lost its connection', () => pool().totalCount === 0);
    network.silent = true;
    database.suspectConnections(PATIENCE_MS);
    expect(sqlFailure(await rejectionOf(database.run(sessionPid, [])))).toBe('connection');
    network.silent = false;
    expect(await database.run(sessionPid, [])).toHaveLength(1);
  });

  function pool(): { readonly totalCount: number } {
    return (database.dataSource.driver as PostgresDriver).master as { readonly totalCount: number };
  }
});
