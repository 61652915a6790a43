import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Database } from '../../src/repositories/database.js';
import { sessionPid } from '../../src/repositories/sql/session-pid.js';
import { sqlFailure } from '../../src/repositories/sql-errors.js';
import { statement } from '../../src/repositories/statement.js';
import { createTestSchema, type TestSchema } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startPooler } from '../support/pooler.js';
import { rejectionOf } from '../support/rejection.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const PATIENCE = { checkMs: 50, answerMs: 200, greetingMs: 300 };
const takeTurn = statement<readonly [number], object>('take-turn', () => `select pg_advisory_xact_lock($1)`);

describe('F-6 the watch over connections that are not answered', () => {
  let schema: TestSchema;
  let network: TcpProxy;
  let unwatch: () => void;
  beforeEach(async () => {
    schema = await createTestSchema();
    network = await startTcpProxy(schema.url);
  });
  afterEach(async () => {
    unwatch();
    await network.close();
    await schema.drop();
  });

  it('ends one whose question was lost, though the network is well again', async () => {
    const database = await watched(network.url);
    const [{ pid } = { pid: 0 }] = await database.run(sessionPid, []);
    const asked = loseQuestion(database);
    await eventually('the question is lost', () => network.swallowed > 0);
    network.silent = false;
    expect(sqlFailure(await asked)).toBe('connection');
    expect(await database.run(sessionPid, [])).not.toEqual([{ pid }]);
  });

  it('ends one that was never greeted', async () => {
    const database = await watched(network.url);
    network.cut();
    await eventually('the pool has lost its connection', () => pool(database).totalCount === 0);
    const asked = loseQuestion(database);
    await eventually('the greeting is lost', () => network.swallowed > 0);
    network.silent = false;
    expect(sqlFailure(await asked)).toBe('connection');
    expect(await database.run(sessionPid, [])).toHaveLength(1);
  });

  it('leaves one alone that the server lets wait for a lock', async () => {
    const database = await watched(network.url);
    expect(await waitForTurn(database, network, 2)).toHaveLength(1);
  });

  it('leaves one alone behind a pooler, which does not say which session serves it', async () => {
    const pooler = await startPooler(network.url);
    try {
      expect(await waitForTurn(await watched(pooler.url), network, 2)).toHaveLength(1);
    } finally {
      await pooler.close();
    }
  });

  async function watched(url: string): Promise<Database> {
    const database = new Database(await schema.open({ url, extra: { max: 1, min: 0 } }), schema.name);
    unwatch = database.watchConnections(PATIENCE);
    return database;
  }

  function pool({ dataSource }: Database): { readonly totalCount: number } {
    return (dataSource.driver as PostgresDriver).master as { readonly totalCount: number };
  }

  function loseQuestion(database: Database): Promise<unknown> {
    network.silent = true;
    return rejectionOf(database.run(sessionPid, []));
  }

  /** Keeps a statement waiting until the server has been asked of it so many times. */
  async function waitForTurn(database: Database, { accepted }: TcpProxy, times: number): Promise<readonly object[]> {
    const turn = Number(BigInt.asIntN(31, BigInt(`0x${schema.name.slice(-8)}`)));
    const holder = (await schema.open()).createQueryRunner();
    try {
      await holder.startTransaction();
      await holder.query('select pg_advisory_xact_lock($1)', [turn]);
      const answer = database.run(takeTurn, [turn]);
      // Of these, one is the connection of the statement itself.
      await eventually('the server is asked', () => network.accepted > accepted + times, { timeout: 20_000 });
      await holder.commitTransaction();
      return await answer;
    } finally {
      await holder.release();
    }
  }
});
