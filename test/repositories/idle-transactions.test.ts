import { describe, expect, it } from '@jest/globals';
import { Session } from '../../src/repositories/session.js';
import { sqlFailure } from '../../src/repositories/sql-errors.js';
import { statement } from '../../src/repositories/statement.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();

const showLimit = statement<readonly [], { readonly limit: string }>(
  'show-limit',
  () => `select current_setting('idle_in_transaction_session_timeout') as limit`,
);

describe('a transaction of our own', () => {
  it('is ended by the server when its process stands still, and then holds nothing', async () => {
    await rowlock.query('create table $s.thing (id integer)');
    let pid = 0;
    const gone = (): Promise<boolean> =>
      rowlock.value('select not exists (select from pg_stat_activity where pid = $1)', [pid]);
    const still = rowlock.database.transaction(async (manager) => {
      [{ pid }] = await manager.query<[{ pid: number }]>('select pg_backend_pid() as pid');
      await manager.query(`lock table ${rowlock.schema}.thing`);
      await eventually('the server has ended it', gone, { timeout: 25_000 });
      await manager.query('select 1');
    });
    const error: unknown = await still.catch((thrown: unknown) => thrown);
    expect(sqlFailure(error)).toBe('connection');
    expect(await rowlock.query('select from $s.thing')).toEqual([]);
  });

  it('has that limit on a connection of the pool, on a session, and after the work of an application; none beside them', async () => {
    const { database } = rowlock;
    const session = new Session(database, () => true);
    const [outside] = await session.run(showLimit, []);
    const limits = [
      await database.transaction((manager) => database.runOn(manager, showLimit, [])),
      await session.transaction((tx) => tx.run(showLimit, [])),
      ...(await database.userTransaction(
        (manager) => database.runOn(manager, showLimit, []),
        async (manager, before) => [before, await database.runOn(manager, showLimit, [])],
      )),
      await session.run(showLimit, []),
    ];
    await session.close();
    const own = outside?.limit;
    expect(own).not.toBe('10s');
    expect(limits.map(([row]) => row?.limit)).toEqual(['10s', '10s', own, '10s', own]);
  });
});
